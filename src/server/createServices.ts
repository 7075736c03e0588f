import { randomBytes } from 'node:crypto';
import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import type { IAutomation } from '../core/automation/automation';
import { createViewRegistry } from '../core/view/registry';
import { Datasets } from './datasets/datasets';
import { DOWNLOAD_LIMITS } from './datasets/downloadDataset';
import { AccessControl } from './access/accessControl';
import { AddedTokens } from './access/addedTokens';
import { TokenDigester } from './access/tokenDigest';
import { TokenFiles } from './access/tokenFiles';
import { createCommandExecutor } from './engine/commandExecutor';
import { JupyterClient } from './engine/jupyterClient';
import { createContainerExecutor, createEngineChoice } from './engine/container/containerExecutor';
import { removeLeftOvers } from './engine/container/containerOwner';
import { ContainerPorts } from './engine/container/containerPorts';
import { Podman } from './engine/container/podman';
import { createForkExecutor } from './engine/fork/forkExecutor';
import {
  createJupyterPythonFinder,
  createPrivatePythonFinder,
  findForkScript
} from './engine/fork/forkPython';
import { createEngines, type IEngines } from './engine/engines/engines';
import type { IEngineList } from './engine/engines/readEngines';
import { createIsolatingExecutor } from './engine/isolation';
import { createKernelExecutor } from './engine/kernelExecutor';
import { Preparations } from './engine/preparations';
import { endKernelsOf } from './engine/kernelProcess';
import { endProgram, PROGRAM_ENGINE } from './engine/programRecord';
import type { IJupyterPlace } from './engine/place';
import { WarmKernels } from './engine/warm/warmKernels';
import { nodeFiles } from './files';
import type { ILog } from './log';
import { InstalledKernels } from './inspect/installedKernels';
import { inspectAutomation } from './inspect/inspectAutomation';
import { Installations } from './packages/installations';
import { Packages } from './packages/packages';
import { Overrides } from './overrides/overrides';
import { BatchPrinter } from './print/batchPrinter';
import { PrintBrowser } from './print/printBrowser';
import { Prints } from './print/prints';
import { createRunQueue } from './queue/createRunQueue';
import { keepRunsOf } from './queue/retention';
import type { Services } from './services';
import { AutomaticRetries } from './site/automaticRetries';
import { Automations } from './site/automations';
import { BatchList } from './site/batchList';
import { BatchSaver } from './site/batchSaver';
import { Documents } from './site/documents';
import { scriptEnvironment } from './site/environment';
import { Finder } from './site/finder';
import { Intervals } from './site/intervals';
import { Pages } from './site/pages';
import { RunService } from './site/runService';
import { RunSource } from './site/runSource';
import { RunWork } from './site/runWork';
import { Sweeps } from './site/sweeps';
import { Summaries } from './site/summaries';
import { keepTexts, readPageTexts } from './site/keptTexts';
import { UPLOAD_LIMITS, Uploads, readUploadLimits, type IUploadLimits } from './site/uploads';
import { Tables } from './tables/tables';
import { VariableReader } from './site/variableReader';
import { TrustedModules } from './views/trustedModules';
import { ViewModules } from './views/viewModules';
import { WatchedBatches } from './site/watchedBatches';
import { systemClock } from './store/clock';
import type { IResults } from './store/resultStore';
import { RunIndex } from './store/runIndex';
import { loadServerKey } from './store/serverKey';
import { openStateDatabase } from './store/stateDatabase';
import { makeTemporaryFolder, removeAbandonedFolders } from './store/temporaryFolder';

/** What the server is made of, by where it runs. */
export interface IServicesOptions {
  /** Absolute folder that paths in the API start from. */
  rootFolder: string;
  /** Folder for SQLite, keys and uploads of this server; null keeps the index in memory alone. */
  stateFolder: string | null;
  /** Folder of the key, for a server that knows the runs of the one whose state that is; `stateFolder` when left out. */
  keyFolder?: string | null;
  /** The Jupyter server for kernels; asked when the first one is wanted. */
  place: () => Promise<IJupyterPlace>;
  /** Identifier of that server in records: `jupyter` or `private`. */
  engineId: string;
  /** Address of a configuration's site relative to the root: '' or ending with a slash. */
  siteUri: (relativeConfiguration: string) => string;
  /** True when several sites live below `at/`, as inside Jupyter; false for one site at the root. */
  hasSites: boolean;
  /** Watch files of automations for changes. */
  isWatching: boolean;
  /** Production: what was opened is what is served; nothing is read again. Default false. */
  isFixed?: boolean;
  /** Runs made from the form stand in the list of batches. Default false. */
  showsRuns?: boolean;
  /** Milliseconds after which every run ends; null or absent for what its automation says. */
  timeoutMs?: number | null;
  /** 1–64 on this host. */
  maximumConcurrentRuns: number;
  /** Minutes that a kernel is kept ready for the next run; 0, or left out, for none. */
  readyMinutes?: number;
  /** Only tests run: what earlier servers left, such as runs that wait, stays as it is. Default false. */
  isTesting?: boolean;
  /** An image that is there is used as it is, whatever changed since it was built. Default false. */
  keepsImages?: boolean;
  /** Limits of uploads that differ from the usual ones. */
  uploadLimits?: Partial<IUploadLimits>;
  /** Where else runs execute; nowhere when left out. */
  engines?: IEngineList;
  /** Where outputs are kept; in the folders of automations when left out. */
  results?: IResults;
  /** Folder of `page.js`, `page.css`, `logo.svg`. */
  assetsFolder: string;
  environment: NodeJS.ProcessEnv;
  log: ILog;
}

/**
 * Put the server together. Nothing runs before `services.queue.start()`; `services.close()` ends it.
 */
export async function createServices(options: IServicesOptions): Promise<Services> {
  const { stateFolder, log, environment } = options;
  const limits = readUploadLimits(environment);
  const files = nodeFiles;
  const views = createViewRegistry();
  const keyFolder = options.keyFolder ?? stateFolder;
  const serverKey = keyFolder ? await loadServerKey(keyFolder) : randomBytes(32);
  const database = openStateDatabase(stateFolder && path.join(stateFolder, 'state.sqlite'), log);
  const uploadsFolder = stateFolder ?? (await makeTemporaryFolder('uploads'));
  const uploads = new Uploads(path.join(uploadsFolder, 'uploads'), {
    ...UPLOAD_LIMITS,
    ...limits,
    ...options.uploadLimits
  });
  const uploadsCleaning = uploads.keepClean(systemClock, error =>
    log.warn(`old uploads could not be removed: ${String(error)}`)
  );
  const valueOf = (name: string) => environment[name];
  const packages = new Packages({
    findPython: async () => environment.CROSSCOMPUTE_PYTHON ?? 'python3',
    environment
  });
  const trustedModules = new TrustedModules(database.connection);
  const viewModules = new ViewModules({
    ...{ views, log },
    script: path.join(path.dirname(options.assetsFolder), 'viewWorker.cjs'),
    environment: valueOf,
    // On the command line a person named the tool whose code is to run; in JupyterLab somebody only opened a folder.
    isTrusted: digest => !options.hasSites || trustedModules.has(digest)
  });
  const podman = new Podman({ environment, log });
  const pageFiles = options.isFixed ? keepTexts(files) : files;
  const overrides = new Overrides(pageFiles, path.dirname(options.assetsFolder), log);
  const listKernels = createKernelList(options);
  const inspect = (automation: IAutomation) =>
    inspectAutomation(automation, {
      ...{ files, packages, podman, environment },
      findTemplateFaults: given => overrides.findFaults(given),
      kernels: listKernels
    });
  const automations = new Automations({
    ...options,
    files,
    views,
    environment: valueOf,
    inspect,
    loadViews: automation => viewModules.load(automation)
  });
  if (options.isFixed) {
    automations.onOpen(loaded => readPageTexts(pageFiles, loaded));
  }
  const reader = { views, uploads, pageFiles, secretKey: serverKey, environment: valueOf };
  const allowsPrivate = environment.CROSSCOMPUTE_ALLOW_PRIVATE_DOWNLOADS === '1';
  const datasets = new Datasets({ ...DOWNLOAD_LIMITS, allowsPrivate });
  const work = new RunWork(files, reader, datasets);
  const runSource = new RunSource({
    ...{ automations, work, datasets, reader, environment },
    timeoutMs: options.timeoutMs ?? null
  });
  const runService = new RunService(automations, work, reader);
  const warm = createWarmKernels(options, new RunIndex(database.connection));
  const kernels = createKernelExecutor({ places: options.place, log, warm });
  const script = findForkScript(options.assetsFolder, environment);
  const forks = createForkExecutor({
    script,
    findPython:
      options.engineId === 'private'
        ? createPrivatePythonFinder(environment)
        : createJupyterPythonFinder(options.place, environment.CROSSCOMPUTE_PYTHON ?? null, log),
    environment: scriptEnvironment({ environment: { variables: [] } }, environment),
    log
  });
  const isolating = createIsolatingExecutor({
    ...{ kernels, forks, log },
    showsKernels: options.engineId !== 'private'
  });
  const environmentOf = (automation: IAutomation) => scriptEnvironment(automation, environment);
  const local = [isolating, createCommandExecutor({ log })];
  const engines =
    options.engines && createEngines(options.engines, { ...options, executors: local });
  const { keepsImages } = options;
  const ports = new ContainerPorts();
  const containers = createContainerExecutor({
    ...{ podman, environment, script, keepsImages, ports, log }
  });
  void removeLeftOvers(podman, log);
  const tidied = removeAbandonedFolders(log, endKernelsOf);
  const summaries = new Summaries(automations, () => queue);
  const queue = createRunQueue({
    database,
    serverKey,
    source: runSource,
    views,
    executors: [createEngineChoice(engines ? [engines.executor] : local, containers)],
    engineId: options.engineId,
    deleteKernel: (engineId, kernelId) => deleteKernel(options, engines, engineId, kernelId),
    results: options.results,
    keepRuns: keepRunsOf(environment.CROSSCOMPUTE_KEEP_RUNS),
    maximumConcurrentRuns: engines?.maximumConcurrentRuns ?? options.maximumConcurrentRuns,
    log,
    automationName: automation => summaries.automationName(automation)
  });
  runService.queue = queue;
  // What an earlier server left in the folder of an automation is known before its first page.
  if (!options.isTesting) {
    automations.onOpen(loaded => queue.adopt(loaded.folder));
  }

  const { assetsFolder, hasSites } = options;
  const watchedBatches = new WatchedBatches({
    ...{ automations, runService, queue, log },
    isRunning: !hasSites,
    isWatching: options.isWatching
  });
  const intervals = new Intervals({
    list: () => automations.sites.flatMap(({ members }) => members),
    isWatched: (automation, slug) => watchedBatches.isWatched(automation, slug),
    request: (automation, batch) =>
      runService.request({ automation, batch, priority: 'background', fresh: true }, 'interval'),
    queue,
    clock: systemClock,
    log
  });
  const sweeps = new Sweeps({
    database: database.connection,
    ...{ automations, runService, queue, log }
  });
  const retries = new AutomaticRetries({
    queue,
    policyOf: run => runSource.retryPolicy(run),
    retry: (run, attempt) => runService.retry(run.id, run.askers[0] ?? '', attempt),
    clock: systemClock,
    log
  });
  retries.start();
  const digester = new TokenDigester(serverKey);
  const addedTokens = new AddedTokens(database.connection, digester);
  const tokenFiles = new TokenFiles({ files, digester, environment: valueOf, log });
  const access = new AccessControl({
    automations,
    runService,
    tokenFiles,
    addedTokens,
    hasSites: options.hasSites,
    areRunsListed: options.showsRuns ?? false
  });

  const variables = new VariableReader(views);
  const batchList = new BatchList(queue, runService, variables, views);
  const tables = new Tables(path.join(path.dirname(assetsFolder), 'tableWorker.cjs'));
  const pages = await Pages.create({
    ...{ queue, variables, views, assetsFolder },
    files: pageFiles,
    environment: valueOf
  });
  const browser = new PrintBrowser({ environment, log });
  const printer = new BatchPrinter({ browser, pages, runService, variables, views, allowsPrivate });
  const installations = new Installations({
    packages,
    readAgain: loaded => automations.readAgain(loaded),
    log
  });
  const prints = new Prints({ browser, printer, queue, runService, log });
  return {
    log,
    files,
    automations,
    isFixed: options.isFixed ?? false,
    queue,
    runService,
    runSource,
    uploads,
    access,
    addedTokens,
    digester,
    finder: new Finder(automations, files),
    pages,
    documents: new Documents({
      automations,
      access,
      pages,
      batchList,
      summaries,
      files: pageFiles,
      overrides,
      installations,
      analyticsId: environment.GOOGLE_ANALYTICS_ID ?? '',
      isWatching: options.isWatching,
      showsRuns: options.showsRuns ?? false,
      hasSites
    }),
    variables,
    tables,
    viewModules,
    trustedModules,
    batchList,
    sweeps,
    batchSaver: new BatchSaver(automations, runService, batchList, files),
    summaries,
    packages,
    installations,
    prints,
    ports,
    watchedBatches,
    intervals,
    assetsFolder,
    preparations: new Preparations({
      ...{ isolating, environmentOf, log },
      startPlace: options.place
    }),
    close: async outlivesUs => {
      await Promise.all([prints.close(), installations.close()]);
      intervals.dispose();
      await sweeps.close();
      uploadsCleaning.dispose();
      retries.dispose();
      await retries.settled();
      await watchedBatches.close();
      await queue.close(outlivesUs);
      options.results?.close();
      await Promise.all([kernels.close(), forks.close(), containers.close(), engines?.close()]);
      // A command that has nothing to do is over before what was left is removed.
      await tidied;
      await Promise.all([
        automations.close(),
        overrides.close(),
        tables.close(),
        tokenFiles.close()
      ]);
      viewModules.close();
      database.close();
      if (!stateFolder) {
        await fs.rm(uploadsFolder, { recursive: true, force: true });
      }
    }
  };
}

/** Kernels of the Jupyter server that started us; else those that a private one would have, which is not started for that. */
function createKernelList({ engineId, place, environment, log }: IServicesOptions) {
  if (engineId === 'private') {
    const python = environment.CROSSCOMPUTE_PYTHON ?? 'python3';
    const installed = new InstalledKernels({ python, environment });
    return (wanted: readonly string[]) => installed.names(wanted);
  }
  return async (): Promise<ReadonlySet<string> | null> => {
    try {
      const specs = await new JupyterClient(await place(), log).specs();
      return specs && new Set(specs.map(({ name }) => name.toLowerCase()));
    } catch (error) {
      // A run says it when the server is still away then.
      log.debug(`kernels cannot be listed: ${String(error)}`);
      return null;
    }
  };
}

/** Kernels that are kept ready; in JupyterLab, those that an earlier server of ours kept are removed. */
function createWarmKernels(options: IServicesOptions, index: RunIndex): WarmKernels | undefined {
  const { engineId, place, log, readyMinutes = 0 } = options;
  const used = new Set(index.unfinished().flatMap(({ record }) => record.engine.kernel ?? []));
  const clean = async () => new JupyterClient(await place(), log).removeKept(used);
  const cleaned =
    engineId === 'private'
      ? Promise.resolve()
      : clean().catch(error => log.debug(`kernels may be left: ${String(error)}`));
  return readyMinutes > 0
    ? new WarmKernels({ log, idleMs: readyMinutes * 60_000, cleaned })
    : undefined;
}

/** A kernel of a place that died with an earlier server of ours is gone with it. */
async function deleteKernel(
  { place, engineId, log }: IServicesOptions,
  engines: IEngines | undefined,
  recordedEngine: string,
  kernelId: string
): Promise<void> {
  const remote = engines?.placeOf(recordedEngine);
  if (recordedEngine === PROGRAM_ENGINE) {
    await endProgram(kernelId);
  } else if (remote) {
    await new JupyterClient(remote, log).remove(kernelId);
  } else if (recordedEngine === engineId && engineId !== 'private') {
    await new JupyterClient(await place(), log).remove(kernelId);
  }
}
