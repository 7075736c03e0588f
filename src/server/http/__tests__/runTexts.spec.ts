import type { JournalEvent } from '../../../core/run/journal';
import { serveSite, type IServedSite } from './servedSite';

const CONFIGURATION = `crosscompute: 0.9.4
name: Tool
output:
batches:
  - folder: batches/standard
scripts:
  - command: sh process.sh
`;

/** 40,000 lines, 1.5 MB. */
const SCRIPT = `echo run >> runs.txt; grep -c run runs.txt
awk 'BEGIN { for (i = 0; i < 40000; i++) print "line " i " xxxxxxxxxxxxxxxxxxxxxxxxxxxxx" }'
echo oops >&2
`;

describe('what a run said', () => {
  let site: IServedSite;
  let runs: string[];

  beforeAll(async () => {
    site = await serveSite({
      'automate.yaml': CONFIGURATION,
      'process.sh': SCRIPT,
      'batches/standard/input/variables.dictionary': '{}'
    });
    runs = [];
    for (let count = 0; count < 2; count++) {
      const answer = await site.post('/api/runs', {
        automation: site.loaded.id,
        batch: 'standard',
        fresh: true
      });
      runs.push(answer.json().id);
      await site.ended(runs[count]);
    }
  });

  afterAll(() => site.close());

  const log = (run: number, stream = 'stdout', headers = {}) =>
    site.app.inject({ url: `/api/runs/${runs[run]}/log?stream=${stream}`, headers });

  const events = async (query: string): Promise<JournalEvent[]> =>
    (await site.app.inject(`/api/runs/${runs[1]}/journal?${query}`)).json();

  const textOf = (list: JournalEvent[]) =>
    list.map(event => ('text' in event && event.stream === 'stdout' ? event.text : '')).join('');

  it('is there as a whole, also that of a run whose batch ran again', async () => {
    const [first, second] = [await log(0), await log(1)];
    expect(first.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(first.body.split('\n').length).toBe(40_002);
    expect(first.body.startsWith('1\nline 0 x')).toBe(true);
    expect(second.body.startsWith('2\nline 0 x')).toBe(true);
    expect(second.body.slice(1)).toBe(first.body.slice(1));
    expect([(await log(0, 'stderr')).body, (await log(1, 'stderr')).body]).toEqual([
      'oops\n',
      'oops\n'
    ]);
  });

  it('is there in ranges of bytes', async () => {
    const whole = (await log(1)).body;
    const end = await log(1, 'stdout', { range: 'bytes=-100' });
    expect(end.statusCode).toBe(206);
    expect(end.body).toBe(whole.slice(-100));
    expect(end.headers['content-range']).toBe(
      `bytes ${whole.length - 100}-${whole.length - 1}/${whole.length}`
    );
    expect((await log(1, 'stdout', { range: 'bytes=2-7' })).body).toBe('line 0');
  });

  it('is there in events, the last of them first', async () => {
    const all = await events('');
    expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index + 1));
    expect(textOf(all)).toBe((await log(1)).body);
    let text = '';
    let first = all.length + 1;
    let count = 0;
    while (first > 1) {
      const some = await events(`to=${first - 1}&bytes=524288`);
      expect(some[some.length - 1].seq).toBe(first - 1);
      expect(JSON.stringify(some).length).toBeLessThan(600_000);
      text = textOf(some) + text;
      first = some[0].seq;
      count += 1;
    }
    expect(text).toBe(textOf(all));
    expect(count).toBeGreaterThan(2);
    expect((await events('from=3&to=5')).map(({ seq }) => seq)).toEqual([3, 4, 5]);
    expect(await events(`from=${all.length + 1}`)).toEqual([]);
  });
});
