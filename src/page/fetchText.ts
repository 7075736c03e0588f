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
  const response = await host.fetchData(uri, signal);
  if (!response.ok) {
    throw new Error(
      response.status === 404 ? 'there is no data yet' : `the server answered ${response.status}`
    );
  }
  if (Number(response.headers.get('Content-Length')) > MAX_TEXT_BYTES) {
    throw new Error('it is too large to be shown here; download it instead');
  }
  return response.text();
}
