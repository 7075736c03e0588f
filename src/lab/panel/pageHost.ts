import type { TranslationBundle } from '@jupyterlab/translation';
import type { IInputRefusal, IPageFragment, PostedInputs } from '../../core/api';
import type { JsonObject } from '../../core/json';
import { isJsonObject } from '../../core/json';
import type { Draft, IPageHost } from '../../page/host';
import { readRequestError } from '../requestError';
import type { ICrossComputeClient } from '../tokens';
import { pageWords } from './pageWords';

/** What a page in the panel works with. */
export interface IPageHostOptions {
  client: ICrossComputeClient;
  /** Read the page anew. */
  load: () => Promise<IPageFragment>;
  /** Run what the form says; tells failures by itself, and gives refusals that it has not told. */
  run: (values: PostedInputs) => Promise<readonly IInputRefusal[]>;
  loadDraft: () => Promise<JsonObject | null>;
  /** Called at each change of a value, too. */
  saveDraft: (draft: Draft | null) => void;
  /** Told of what has no place on the page. */
  report: (error: unknown) => void;
  trans: TranslationBundle;
}

/**
 * Gives a page in the panel what it needs: requests with Jupyter's authentication, drafts, runs, and words
 * in the language of JupyterLab.
 */
export function createPageHost(options: IPageHostOptions): IPageHost {
  const { client, load, run, loadDraft, saveDraft, report, trans } = options;
  return {
    fetchFragment: load,
    fetchData: (uri, signal, headers) => client.fetch(uri, { signal, headers }),
    assetUri: name => `${client.rootUri}assets/${name}`,
    upload: (files, onProgress, signal) => upload(client, files, onProgress, signal),
    submit: run,
    loadDraft,
    saveDraft,
    report,
    words: pageWords(trans)
  };
}

async function upload(
  client: ICrossComputeClient,
  files: readonly File[],
  onProgress: (fraction: number) => void,
  signal: AbortSignal
): Promise<string> {
  const body = new FormData();
  files.forEach(file => body.append('files', file, file.name));
  const response = await client.fetch('files.json', { method: 'POST', body, signal });
  if (!response.ok) {
    throw await readRequestError(response);
  }
  const answer: unknown = await response.json();
  if (!isJsonObject(answer) || typeof answer.uri !== 'string') {
    throw new Error('the server did not say where the files are');
  }
  onProgress(1);
  return answer.uri;
}
