import type { IScriptContext } from '../../../core/run/execution';
import type { ILanguage } from '../../../core/run/languages/language';
import { isHostVariable } from '../../site/environment';
import { importedModules } from '../fork/importedModules';
import type { IKernelSpec } from '../jupyterClient';
import type { IJupyterPlace } from '../place';
import { findStartVariable, readModuleFolder, readSource } from '../scriptModules';
import type { IScriptPlan } from '../scriptPlan';
import type { IWarmKey } from './warmKernel';

/** What a script wants of a kernel that was started before. */
export interface IWarmWish {
  key: IWarmKey;
  /** Names of the modules in the folder of the script. */
  own: ReadonlySet<string>;
}

/**
 * Choose what a kernel for a script can do before the script is there.
 *
 * @returns null where no kernel can be prepared after its start
 */
export async function warmWishOf(
  context: Pick<IScriptContext, 'script' | 'environment'>,
  plan: IScriptPlan,
  kernel: { place: IJupyterPlace; spec: IKernelSpec; language: ILanguage }
): Promise<IWarmWish | null> {
  const { place, spec, language } = kernel;
  const { environment } = context;
  const canPrepare =
    language.prelude({ folder: '', sourceFolder: '', environment: {}, keep: [] }) !== null;
  if (!canPrepare || place.rootFolder === null) {
    return null;
  }
  const folder = await readModuleFolder(plan.folder);
  const own = new Set(folder.own);
  const bare = { baseUrl: place.baseUrl, spec, modules: [], environment: {} };
  if (!/python/i.test(spec.language) || !Object.keys(environment).every(isHostVariable)) {
    // What is declared may be read by an import, and may be a secret that does not belong into a kernel that waits.
    return { key: bare, own };
  }
  const source = await readSource(context, plan);
  if (findStartVariable(source) !== null || folder.settings !== null) {
    return { key: bare, own };
  }
  const modules = importedModules(source).filter(name => !own.has(name.split('.')[0]));
  return {
    key: modules.length ? { ...bare, modules: modules.sort(), environment } : bare,
    own
  };
}
