import { encodeJson } from './encoding';
import { javascriptFiles } from './javascriptFiles';
import type { IKernelSetting, ILanguage } from './language';

/** JavaScript and TypeScript: Deno's kernel, and those that run in Node. */
export const javascript: ILanguage = {
  names: ['javascript', 'typescript', 'node', 'deno'],
  isPipelined: false,
  files: javascriptFiles,
  // Deno passes on what is printed apart from its answers: what the last cell printed comes while this one is answered.
  epilogue: 'void 0',
  prelude(setting: IKernelSetting): string {
    return `(() => {
  const text = atob("${encodeJson(setting)}");
  const setting = JSON.parse(
    new TextDecoder().decode(Uint8Array.from(text, letter => letter.charCodeAt(0)))
  );
  const deno = globalThis["Deno"];
  const node = globalThis["process"];
  const names = Object.keys(deno ? deno.env.toObject() : node.env);
  for (const name of names) {
    if (!setting.isElsewhere && !(name in setting.environment) && !setting.keep.includes(name)) {
      deno ? deno.env.delete(name) : delete node.env[name];
    }
  }
  for (const [name, value] of Object.entries(setting.environment)) {
    deno ? deno.env.set(name, value) : (node.env[name] = value);
  }
  (deno || node).chdir(setting.folder);
})();`;
  }
};
