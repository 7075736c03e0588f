import type { IView } from '../view/view';
import type { ICustomView } from './automation';
import type { IPathCheck } from './checkPaths';
import type { IModuleCheck } from './checkScripts';
import type { ProblemList } from './problemList';
import type { Vocabulary } from './version';

/** The views that a configuration may name; a `ViewRegistry` is one. */
export interface IViewSource {
  get(name: string): IView | undefined;
  names(): readonly string[];
}

/** What reading steps needs besides. */
export interface IStepContext extends IReadContext {
  /** Views of the configuration itself, and its defaults for known ones. */
  customViews: readonly ICustomView[];
}

/** What reading one configuration needs to know, and where it leaves what it finds. */
export interface IReadContext {
  problems: ProblemList;
  vocabulary: Vocabulary;
  /** Place among the automations of a site; 0 for the root. */
  index: number;
  /** Absolute folder of the configuration. */
  folder: string;
  views: IViewSource;
  /** The server's environment variables. */
  environment(name: string): string | undefined;
  /** Paths to look at once everything is read. */
  paths: IPathCheck[];
  /** Python modules to look for once everything is read. */
  modules: IModuleCheck[];
}
