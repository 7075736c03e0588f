import { isJsonObject } from '../core/json';
import { readRefusal } from './request';

/** How files are sent. */
export interface IUploadOptions {
  /** Address of `files.json`. */
  uri: string;
  headers: Readonly<Record<string, string>>;
  files: readonly File[];
  /** Called with 0–1. */
  onProgress(fraction: number): void;
  signal: AbortSignal;
}

/**
 * Send files with progress, which `fetch` does not tell.
 *
 * @returns address of the upload, such as `/f/<id>`
 * @throws {Error} with a sentence for people; with the name `AbortError` when the signal was aborted
 */
export function uploadFiles(options: IUploadOptions): Promise<string> {
  const { uri, headers, files, onProgress, signal } = options;
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    const settle = (act: () => void) => {
      signal.removeEventListener('abort', abort);
      act();
    };
    const fail = (error: Error) => settle(() => reject(error));
    if (signal.aborted) {
      reject(new DOMException('cancelled', 'AbortError'));
      return;
    }
    signal.addEventListener('abort', abort);
    request.upload.addEventListener('progress', ({ lengthComputable, loaded, total }) => {
      if (lengthComputable && total) {
        onProgress(loaded / total);
      }
    });
    request.addEventListener('abort', () => fail(new DOMException('cancelled', 'AbortError')));
    request.addEventListener('error', () => fail(new Error('the server does not answer')));
    request.addEventListener('load', () => {
      try {
        const address = readAddress(request.status, request.responseText);
        settle(() => resolve(address));
      } catch (error) {
        fail(error instanceof Error ? error : new Error(String(error)));
      }
    });
    request.open('POST', uri);
    Object.entries(headers).forEach(([name, value]) => request.setRequestHeader(name, value));
    const form = new FormData();
    files.forEach(file => form.append('files', file, file.name));
    request.send(form);
  });
}

function readAddress(status: number, text: string): string {
  if (status < 200 || status >= 300) {
    throw readRefusal(status, text);
  }
  const answer: unknown = JSON.parse(text);
  if (!isJsonObject(answer) || typeof answer.uri !== 'string') {
    throw new Error('the server answered with something else than an address');
  }
  return answer.uri;
}
