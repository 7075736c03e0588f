import type { IPageHost } from './host';

/** Bytes of data that a page reads into memory; more than that is for downloading. */
const MAX_TEXT_BYTES = 64 * 1024 * 1024;

/**
 * Read the data of a variable as text.
 *
 * @throws {Error} with a sentence for people when the server refuses or the data are too large
 */
export async function fetchText(
  host: Pick<IPageHost, 'fetchData'>,
  uri: string,
  signal: AbortSignal
): Promise<string> {
  const response = await fetchGranted(host, uri, signal);
  if (Number(response.headers.get('Content-Length')) > MAX_TEXT_BYTES) {
    throw new Error('it is too large to be shown here; download it instead');
  }
  return response.text();
}

/**
 * Read the data of a variable as text in pieces, as they arrive: nothing of any size is whole in memory.
 *
 * @throws {Error} with a sentence for people when the server refuses
 */
export async function* fetchPieces(
  host: Pick<IPageHost, 'fetchData'>,
  uri: string,
  signal: AbortSignal
): AsyncGenerator<string> {
  const response = await fetchGranted(host, uri, signal);
  if (!response.body) {
    yield await response.text();
    return;
  }
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  for (;;) {
    const { done, value } = await reader.read();
    yield decoder.decode(value, { stream: !done });
    if (done) {
      return;
    }
  }
}

async function fetchGranted(
  host: Pick<IPageHost, 'fetchData'>,
  uri: string,
  signal: AbortSignal
): Promise<Response> {
  const response = await host.fetchData(uri, signal);
  if (!response.ok) {
    throw new Error(
      response.status === 404 ? 'there is no data yet' : `the server answered ${response.status}`
    );
  }
  return response;
}
