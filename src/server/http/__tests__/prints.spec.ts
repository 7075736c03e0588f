import {
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  readlink,
  rm,
  writeFile
} from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { unzipSync } from 'fflate';
import type { FastifyInstance } from 'fastify';
import type { IPrintResource } from '../../../core/api';
import { until } from '../../../testing/jupyterServer';
import { startServer, type IServerOfSpec } from '../../../testing/serverSetUp';
import { CHROMIUM, describeWithChromium } from '../../../testing/chromium';
import { readPdf, textOfPage } from '../../../testing/pdfText';
import { parseArguments } from '../../cli/arguments';
import { printAll } from '../../cli/print';
import { DraftPrinter } from '../../print/draftPrinter';
import type { Services } from '../../services';
import { createServer, type IServerOptions } from '../server';

const CONFIGURATION = `crosscompute: 0.9.4
name: Greeter
input:
  variables:
    - {id: who, view: string, path: variables.dictionary}
    - {id: key, view: password, path: variables.dictionary}
output:
  variables:
    - {id: greeting, view: string, path: variables.dictionary}
  templates: [{path: output.md}]
print:
  variables:
    - id: card
      view: pdf
      path: card.pdf
      configuration:
        page-number: {location: footer}
        header-footer: {skip-first: true}
        name: '{greeting}, {key}.pdf'
    - id: slip
      view: pdf
      path: more/slip.pdf
    - id: get
      view: link
      path: card.pdf
      configuration: {path: get.json, link-text: Save}
batches:
  - folder: batches/{who | slug}
    name: '{who}'
    configuration: {path: batches.csv}
scripts:
  - command: node greet.js {input_folder} {output_folder}
`;

const SCRIPT = `const fs = require('fs'), [input, output] = process.argv.slice(2);
const { who } = JSON.parse(fs.readFileSync(input + '/variables.dictionary', 'utf-8'));
if (who === 'nobody') { console.error('nobody is there'); process.exit(3); }
fs.writeFileSync(output + '/variables.dictionary', JSON.stringify({ greeting: 'Hello ' + who }));
`;

const SECRET = 'correct horse battery';

/** Inside Jupyter, behind its proxy; and on a listener of our own below a prefix. */
const PLACES: Record<
  string,
  Pick<IServerOptions, 'proxySecret' | 'rootUri' | 'hasSites' | 'hosts'>
> = {
  'inside Jupyter': { proxySecret: SECRET, rootUri: '', hasSites: true, hosts: null },
  'on its own listener': {
    proxySecret: null,
    rootUri: '/base',
    hasSites: false,
    hosts: ['example.com']
  }
};

describeWithChromium.each(Object.entries(PLACES))('printing %s', (_place, place) => {
  let folder: string;
  let tool: string;
  let server: IServerOfSpec;
  let services: Services;
  let app: FastifyInstance;
  let automation: string;

  const headers = place.proxySecret
    ? { 'x-crosscompute-secret': SECRET, accept: 'text/html' }
    : { host: 'example.com', accept: 'text/html' };
  const base = place.hasSites ? '/at/greeter/automate.yaml/a/greeter' : '/a/greeter';

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'prints-'));
    tool = path.join(folder, 'greeter');
    await mkdir(tool);
    await writeFile(path.join(tool, 'automate.yaml'), CONFIGURATION);
    await writeFile(path.join(tool, 'greet.js'), SCRIPT);
    await writeFile(path.join(tool, 'output.md'), '# { greeting }\n' + 'Long text.\n\n'.repeat(60));
    await writeFile(path.join(tool, 'batches.csv'), 'who,key\nÄnne/日本,a\nBob,b\nnobody,c\n');
    server = await startServer(folder, {
      services: {
        hasSites: place.hasSites,
        isWatching: true,
        stateFolder: null,
        environment: { ...process.env, CHROMIUM_PATH: CHROMIUM ?? '' }
      },
      server: place,
      style: '@page { margin: 2cm }'
    });
    ({ app, services } = server);
    await services.queue.start();
    automation = (await services.automations.open(path.join(folder, 'greeter'))).id;
  });

  afterEach(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  const get = (url: string) => app.inject({ url, headers });

  async function start(batches?: string[], run?: boolean): Promise<IPrintResource> {
    const response = await app.inject({
      method: 'POST',
      url: '/api/prints',
      headers,
      payload: { automation, batches, run }
    });
    expect(response.statusCode).toBe(201);
    return response.json();
  }

  it('runs what is new, prints all into an archive, and says what failed', async () => {
    const started = await start();
    const file = await get(`/${started.uri}`);
    expect(file.headers['content-type']).toBe('application/zip');
    expect(file.headers['content-disposition']).toBe(
      `attachment; filename="Greeter.zip"; filename*=UTF-8''Greeter.zip`
    );
    const files = unzipSync(file.rawPayload);
    expect(Object.keys(files).sort()).toEqual([
      'Bob.pdf',
      'Hello Bob, {key}.pdf',
      'Hello Änne-日本, {key}.pdf',
      'not-printed.txt',
      'Änne-日本.pdf'
    ]);
    expect(Buffer.from(files['not-printed.txt']).toString()).toMatch(
      /^nobody: "nobody" is not printed: it failed/
    );
    const card = await readPdf(files['Hello Änne-日本, {key}.pdf']);
    expect(textOfPage(card.pages[0])).toContain('Hello Änne/');
    expect(card.pages.map(page => page.items.some(({ text }) => /^\d+$/.test(text)))).toEqual(
      card.pages.map((_page, index) => index > 0)
    );
    const ended: IPrintResource = (await get(`/api/prints/${started.id}`)).json();
    expect(ended).toMatchObject({ state: 'failed', total: 3, finished: 3 });
    expect(ended.documents).toHaveLength(4);
    expect(ended.failures).toEqual([
      { batch: 'nobody', code: 'not-printable', message: expect.stringContaining('failed') }
    ]);
    const printed = services.queue.list({}).filter(run => run.printed !== undefined);
    expect(printed.map(({ batch }) => batch.slug)).not.toContain('nobody');
    expect(printed).toHaveLength(2);
    const removed = await app.inject({
      method: 'DELETE',
      url: `/api/prints/${started.id}`,
      headers
    });
    expect(removed.statusCode).toBe(204);
    expect((await get(`/${started.uri}`)).statusCode).toBe(404);
  });

  it('serves the documents of a batch to a reader, and runs nothing for it', async () => {
    const refused = await get(`${base}/b/bob/pdf`);
    expect(refused.statusCode).toBe(409);
    expect(refused.body).toContain('has not been run yet');
    await writeFile(
      path.join(tool, 'automate.yaml'),
      CONFIGURATION.replace(/ {4}- id: slip[^]*?(?=batches:)/, '')
    );
    await (
      await services.prints.start(await services.automations.getFresh(automation), ['bob'], 'me')
    ).ended;
    const file = await get(`${base}/b/bob/pdf`);
    expect(file.headers['content-type']).toBe('application/pdf');
    expect(file.headers['content-disposition']).toContain(
      "filename*=UTF-8''Hello%20Bob%2C%20%7Bkey%7D.pdf"
    );
    expect(textOfPage((await readPdf(file.rawPayload)).pages[0])).toContain('Hello Bob');
    expect(services.queue.list({}).map(({ batch }) => batch.slug)).toEqual(['bob']);
  });

  // The command has a site of its own.
  const itAtRoot = place.hasSites ? it.skip : it;

  itAtRoot(
    'prints final documents where the batch finds them, and fails for a failed batch',
    async () => {
      const lines: string[] = [];
      const output = { result: (line: string) => void lines.push(line), say: () => undefined };
      const loaded = await services.automations.getFresh(automation);
      const options = { ...parseArguments(['print', tool, '--json']), version: '0' };
      const signal = new AbortController().signal;
      expect(await printAll(services, [loaded], options, output, signal)).toBe(1);
      const result = JSON.parse(lines[0]);
      expect(lines).toHaveLength(1);
      expect(result.failures).toEqual([
        {
          automation: 'greeter',
          batch: 'nobody',
          code: 'not-printable',
          message: expect.stringContaining('nobody is there')
        }
      ]);
      const [timestamp] = await readdir(path.join(tool, 'prints'));
      expect(timestamp).toMatch(/^\d{8}-\d{6}-\d{6}$/);
      const names = await readdir(path.join(tool, 'prints', timestamp));
      expect(names.sort()).toEqual([
        'Bob.pdf',
        'Hello Bob, {key}.pdf',
        'Hello Änne-日本, {key}.pdf',
        'Änne-日本.pdf'
      ]);
      const link = path.join(tool, 'batches/bob/print/more/slip.pdf');
      expect(await readlink(link)).toBe(`../../../../prints/${timestamp}/Bob.pdf`);
      expect(
        JSON.parse(await readFile(path.join(tool, 'batches/bob/print/get.json'), 'utf-8'))
      ).toEqual({
        'file-name': 'Hello Bob, {key}.pdf'
      });
      await expect(lstat(path.join(tool, 'batches/nobody/print/card.pdf'))).rejects.toThrow(
        'ENOENT'
      );
      // A page shows it, although the link leads out of the folder of the step.
      const app2 = await createServer(services, { ...place, origins: [], version: '0' });
      const shown = await app2.inject({ url: `${base}/b/bob/p/slip`, headers });
      await app2.close();
      expect(shown.headers['content-type']).toBe('application/pdf');
      lines.length = 0;
      const elsewhere = path.join(folder, 'elsewhere');
      const text = CONFIGURATION.replace(
        "name: '{greeting}, {key}.pdf'",
        `folder: '${elsewhere}/{timestamp}'`
      );
      await writeFile(path.join(tool, 'automate.yaml'), text);
      const old = { ...options, ...parseArguments(['print', tool, '--only', 'b*']), version: '0' };
      const changed = await services.automations.getFresh(automation);
      expect(await printAll(services, [changed], old, output, signal)).toBe(0);
      const [time] = await readdir(elsewhere);
      expect(await readdir(path.join(elsewhere, time))).toEqual(['Bob.pdf']);
      const copy = await lstat(path.join(tool, 'batches/bob/print/card.pdf'));
      expect(copy.isSymbolicLink()).toBe(false);
      await writeFile(path.join(tool, 'automate.yaml'), CONFIGURATION);
      lines.length = 0;
      const only = { ...options, ...parseArguments(['print', tool, '--only', 'b*']), version: '0' };
      expect(await printAll(services, [loaded], only, output, signal)).toBe(0);
      expect(lines[lines.length - 1]).toMatch(/^2 printed in .*, 0 failed/);
      // Nothing was run again.
      expect(services.queue.list({})).toHaveLength(3);
    }
  );

  it('says what to do where no browser is', async () => {
    // The browser is looked for when it is needed.
    jest
      .spyOn(services.prints.printer, 'print')
      .mockRejectedValue(
        Object.assign(new Error('no Chromium was found'), { code: 'printer-unavailable' })
      );
    const started = await start(['bob']);
    const file = await get(`/${started.uri}`);
    expect([file.statusCode, file.json().detail]).toEqual([409, 'no Chromium was found']);
  });

  it('prints drafts of a batch after each run while somebody looks', async () => {
    const seen: string[] = [];
    let tell: () => void = () => undefined;
    const drafts = new DraftPrinter(services, automation, 'bob', ({ state }) => {
      seen.push(state);
      tell();
    });
    const untilState = async (state: string) => {
      while (seen[seen.length - 1] !== state) {
        await new Promise<void>(resolve => (tell = resolve));
      }
    };
    await untilState('waiting');
    await services.runService.request({ automation, batch: 'bob' }, 'me');
    await untilState('done');
    await drafts.idle;
    const draftText = async () => {
      const draft = await readFile(path.join(tool, 'batches/bob/print/card.pdf'));
      return textOfPage((await readPdf(draft)).pages[0]);
    };
    expect(await draftText()).toContain('Hello Bob');
    // And when the template changes, without a run.
    await services.automations.whenWatching();
    await writeFile(path.join(tool, 'output.md'), '# { greeting }\n\nYours sincerely');
    await until(
      'the draft is as the template is now',
      async () => (await draftText()).includes('Yours sincerely'),
      60_000
    );
    expect(services.queue.list({})).toHaveLength(1);
    await drafts.idle;
    expect(await readdir(path.join(tool, 'batches/bob/print/more'))).toEqual(['slip.pdf']);
    expect(await readdir(tool)).not.toContain('prints');
    drafts.dispose();
    // Whoever looks next finds it as it should be.
    seen.length = 0;
    const again = new DraftPrinter(
      services,
      automation,
      'bob',
      ({ state }) => void seen.push(state)
    );
    await again.idle;
    again.dispose();
    expect(seen).toEqual(['done']);
  });

  it('believes nobody else to be its printer', async () => {
    const response = await app.inject({
      url: `${base}/b/bob/o?_print`,
      headers: { 'x-crosscompute-printer': 'guess', host: 'elsewhere.com' }
    });
    expect(response.statusCode).toBe(403);
  });
});
