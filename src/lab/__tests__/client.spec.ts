import { ServerConnection } from '@jupyterlab/services';
import { CrossComputeClient } from '../client';
import { findBatch } from '../findBatch';
import { describeError } from '../errorWords';
import { RequestError, UnreachableError } from '../requestError';
import { batch, trans } from './fakes';

describe('CrossComputeClient', () => {
  const requests: Request[] = [];

  function createClient(answer: (request: Request) => Response | Promise<Response>) {
    requests.length = 0;
    const settings = ServerConnection.makeSettings({
      baseUrl: 'http://localhost:8888/user/ana/',
      token: 'secret',
      fetch: async input => {
        const request = input as Request;
        requests.push(request);
        return answer(request);
      }
    });
    return new CrossComputeClient(settings);
  }

  const json = (value: unknown, status = 200) =>
    new Response(JSON.stringify(value), {
      status,
      headers: { 'Content-Type': 'application/json' }
    });

  it('asks below the base address of Jupyter, with its token', async () => {
    const found = { candidates: [], chosen: null, batch: null };
    const client = createClient(() => json(found));
    expect(await client.find('résumé/run.ipynb')).toEqual(found);
    const [request] = requests;
    expect(request.url).toBe('http://localhost:8888/user/ana/crosscompute/api/automations/find');
    expect(request.method).toBe('POST');
    expect(request.headers.get('Authorization')).toBe('token secret');
    expect(JSON.parse(await request.text())).toEqual({ path: 'résumé/run.ipynb' });
  });

  it('escapes what stands in an address', async () => {
    const client = createClient(() => json({ html: '' }));
    await client.getPage('0123456789abcdef', 'output', 'a&b=c d');
    expect(requests[0].url).toContain('step=output&batch=a%26b%3Dc%20d');
  });

  it('gives refusals of inputs by variable', async () => {
    const refusals = [{ variable: 'amount', message: '"x" is not a number' }];
    const problem = {
      type: 'about:blank',
      title: 'no',
      status: 400,
      code: 'input-refused',
      detail: 'amount: no',
      refusals
    };
    const client = createClient(() => json(problem, 400));
    const error: unknown = await client.run({ automation: 'a' }).catch(reason => reason);
    expect(error).toBeInstanceOf(RequestError);
    expect((error as RequestError).code).toBe('input-refused');
    expect((error as RequestError).refusals).toEqual(refusals);
    expect(describeError(error, trans)).toBe('amount: no');
  });

  it.each([
    [502, '<html>Bad Gateway</html>', 'http-502'],
    [503, '{"message": "starting"}', 'http-503'],
    [404, '{"message": "Not Found", "reason": null}', 'http-404'],
    [403, '{"message": "_xsrf argument missing"}', 'http-403'],
    [500, 'oops', 'http-500']
  ])('tells an answer %i of Jupyter itself from one of the server', async (status, text, code) => {
    const client = createClient(() => new Response(text, { status }));
    const error: unknown = await client.getQueue().catch(reason => reason);
    expect((error as RequestError).code).toBe(code);
    expect((error as RequestError).status).toBe(status);
    expect((error as RequestError).isUnavailable).toBe(status === 502 || status === 503);
  });

  it('tells no answer from a refusal', async () => {
    const client = createClient(() => Promise.reject(new TypeError('Failed to fetch')));
    const error: unknown = await client.getQueue().catch(reason => reason);
    expect(error).toBeInstanceOf(UnreachableError);
    expect((error as UnreachableError).reason).toBeDefined();
  });

  it('finds a batch by its exact slug among those whose name has it', async () => {
    const pages = [
      { total: 101, offset: 0, batches: Array.from({ length: 100 }, (_, at) => batch(`a${at}`)) },
      { total: 101, offset: 100, batches: [batch('a')] }
    ];
    const client = createClient(request => json(pages[request.url.includes('offset=100') ? 1 : 0]));
    expect((await findBatch(client, 'id', 'a'))?.slug).toBe('a');
    expect(await findBatch(client, 'id', 'none')).toBeNull();
  });

  it('refuses addresses outside of Jupyter', async () => {
    const client = createClient(() => json({}));
    await expect(client.fetch('https://elsewhere.example/x')).rejects.toThrow();
    expect(requests).toHaveLength(0);
  });
});
