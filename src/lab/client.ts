import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import type { StepName } from '../core/automation/automation';
import type {
  IAutomationSummary,
  IBatchPage,
  IBatchSummary,
  IFindRequest,
  IFindResponse,
  IPackagesResource,
  IPageFragment,
  IPrintRequest,
  IPrintResource,
  IQueueState,
  IRunAllResponse,
  IRunRequest,
  IRunResource,
  IRunResponse,
  ISaveBatchRequest
} from '../core/api';
import type { JournalEvent } from '../core/run/journal';
import type { ICrossComputeClient, IBatchQuery, IRunQuery } from './tokens';
import { readRequestError, UnreachableError } from './requestError';

/** Bytes of events that are read at once. */
const EVENTS_BYTES = 512 * 1024;

/**
 * Talks to the bundled server. Every method rejects with `UnreachableError` when there was no answer, and
 * with `RequestError` when the answer is a refusal.
 */
export class CrossComputeClient implements ICrossComputeClient {
  /**
   * @param _settings - where Jupyter is and how to speak to it
   */
  constructor(private readonly _settings: ServerConnection.ISettings) {
    this.rootUri = URLExt.join(_settings.baseUrl, 'crosscompute/');
  }

  readonly rootUri: string;

  find(path: string): Promise<IFindResponse> {
    const body: IFindRequest = { path };
    return this._json('api/automations/find', 'POST', body);
  }

  listAutomations(): Promise<IAutomationSummary[]> {
    return this._json('api/automations');
  }

  getAutomation(id: string): Promise<IAutomationSummary> {
    return this._json(`api/automations/${id}`);
  }

  trust(id: string): Promise<IAutomationSummary> {
    return this._json(`api/automations/${id}/trust`, 'POST', {});
  }

  getPackages(id: string): Promise<IPackagesResource> {
    return this._json(`api/automations/${id}/packages`);
  }

  installPackages(id: string): Promise<IPackagesResource> {
    return this._json(`api/automations/${id}/packages/install`, 'POST');
  }

  stopInstallation(id: string): Promise<IPackagesResource> {
    return this._json(`api/automations/${id}/packages/stop`, 'POST');
  }

  getPage(id: string, step: StepName, batch: string): Promise<IPageFragment> {
    return this._json(`api/automations/${id}/page${URLExt.objectToQueryString({ step, batch })}`);
  }

  listBatches(id: string, query: IBatchQuery, signal?: AbortSignal): Promise<IBatchPage> {
    const { runs, filter, ...rest } = query;
    const parameters = {
      ...rest,
      ...(filter ? { filter } : {}),
      ...(runs ? { runs: 'true' } : {})
    };
    const uri = `api/automations/${id}/batches${URLExt.objectToQueryString(parameters)}`;
    return this._json(uri, 'GET', undefined, signal);
  }

  saveBatch(id: string, request: ISaveBatchRequest): Promise<IBatchSummary> {
    return this._json(`api/automations/${id}/batches`, 'POST', request);
  }

  runBatches(id: string, batches?: readonly string[]): Promise<IRunAllResponse> {
    return this._json(`api/automations/${id}/run-all`, 'POST', batches ? { batches } : {});
  }

  run(request: IRunRequest): Promise<IRunResponse> {
    return this._json('api/runs', 'POST', request);
  }

  getRun(id: string): Promise<IRunResource> {
    return this._json(`api/runs/${id}`);
  }

  listRuns(query: IRunQuery): Promise<IRunResource[]> {
    const parameters = URLExt.objectToQueryString({ ...query, records: 'true' });
    return this._json(`api/runs${parameters}`);
  }

  stopRun(id: string): Promise<IRunResource> {
    return this._json(`api/runs/${id}/stop`, 'POST');
  }

  async stopAll(automation: string): Promise<void> {
    await this._json('api/queue/stop', 'POST', { automation });
  }

  retryRun(id: string): Promise<IRunResponse> {
    return this._json(`api/runs/${id}/retry`, 'POST');
  }

  async deleteRun(id: string): Promise<void> {
    await this._answer(`api/runs/${id}`, { method: 'DELETE' });
  }

  async keepRun(id: string, isKept: boolean): Promise<void> {
    await this._json(`api/runs/${id}/pin`, isKept ? 'POST' : 'DELETE');
  }

  async getLog(id: string, stream: 'stdout' | 'stderr'): Promise<Blob> {
    const response = await this._answer(`api/runs/${id}/log?stream=${stream}`, {});
    return response.blob();
  }

  getEventsBefore(id: string, seq: number): Promise<JournalEvent[]> {
    return this._json(`api/runs/${id}/journal?to=${seq - 1}&bytes=${EVENTS_BYTES}`);
  }

  getQueue(): Promise<IQueueState> {
    return this._json('api/queue');
  }

  async pauseQueue(automation?: string): Promise<void> {
    await this._json('api/queue/pause', 'POST', automation ? { automation } : {});
  }

  async resumeQueue(automation?: string): Promise<void> {
    await this._json('api/queue/resume', 'POST', automation ? { automation } : {});
  }

  startPrint(request: IPrintRequest): Promise<IPrintResource> {
    return this._json('api/prints', 'POST', request);
  }

  async stopPrint(id: string): Promise<void> {
    await this._answer(`api/prints/${id}`, { method: 'DELETE' });
  }

  async fetch(uri: string, init: RequestInit = {}): Promise<Response> {
    const url = new URL(uri, this.rootUri).toString();
    try {
      // Asked anew each time; `no-store` would make JupyterLab change the address.
      return await ServerConnection.makeRequest(
        url,
        { cache: 'no-cache', ...init },
        this._settings
      );
    } catch (error) {
      if (error instanceof ServerConnection.NetworkError) {
        throw new UnreachableError(error);
      }
      throw error;
    }
  }

  private async _answer(uri: string, init: RequestInit): Promise<Response> {
    const response = await this.fetch(uri, init);
    if (!response.ok) {
      throw await readRequestError(response);
    }
    return response;
  }

  private async _json<T>(
    uri: string,
    method = 'GET',
    body?: unknown,
    signal?: AbortSignal
  ): Promise<T> {
    const response = await this._answer(uri, {
      method,
      // JupyterLab says that all it sends is JSON, and an empty text is none.
      ...(method === 'GET'
        ? {}
        : { body: JSON.stringify(body ?? {}), headers: { 'Content-Type': 'application/json' } }),
      ...(signal ? { signal } : {})
    });
    // The types of both sides are the same text: the server is of the same package.
    return (await response.json()) as T;
  }
}
