import type { IScriptContext, IScriptResult } from '../../core/run/execution';
import type { IKernelSpec } from './jupyterClient';
import { failure } from './scriptFailure';
import type { IScriptPlan } from './scriptPlan';

/**
 * Choose the kernel spec for a script.
 *
 * @param specs - those of the place; null when it gives no list, then the script's wish is believed
 * @returns a result that names what there is, when nothing fits
 */
export function chooseKernel(
  context: IScriptContext,
  plan: IScriptPlan,
  specs: readonly IKernelSpec[] | null
): IKernelSpec | IScriptResult {
  if (!specs) {
    return { name: plan.kernel || 'python3', language: plan.language, argv: [], variables: [] };
  }
  const language = plan.language.toLowerCase();
  const spec = plan.kernel
    ? specs.find(({ name }) => name === plan.kernel)
    : specs.find(each => language !== '' && each.language.toLowerCase() === language);
  const names = specs.map(({ name }) => name).sort();
  const available = names.length ? `available: ${names.join(', ')}` : 'no kernel is installed';
  if (!spec) {
    const wanted = plan.kernel
      ? `Kernel "${plan.kernel}" is not installed`
      : `${plan.title} names no kernel${language ? `, and there is none for ${language}` : ''}`;
    return unknown(context, `${wanted}; ${available}.`);
  }
  if (plan.needsPython && !/python/i.test(spec.language)) {
    const is = `Kernel "${spec.name}" is for ${spec.language}`;
    return unknown(context, `${is}, but ${plan.title} needs a Python kernel; ${available}.`);
  }
  return spec;
}

function unknown(context: IScriptContext, message: string): IScriptResult {
  return failure({ code: 'kernel-unknown', message, script: context.index });
}
