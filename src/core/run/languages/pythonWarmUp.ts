import { encodeJson } from './encoding';
import { OWN_NAMES } from './python';

/** What a kernel that waits for a run imports before. */
export interface IWarmUp {
  /** Dotted names, of which installed packages and modules of the standard library count. */
  modules: readonly string[];
  /** Top-level names of modules that are never imported before. */
  never: readonly string[];
  /** The environment in which they are imported. */
  environment: Readonly<Record<string, string>>;
  /** Names of variables that the kernel spec sets. */
  keep: readonly string[];
}

/*
 * Files of the folder that the kernel started in are never taken for modules. What an import says would be missing
 * where the author imports it, and what it starts would go on meanwhile: both refuse the kernel.
 */
const WARM_UP = `
def __crosscompute_warm_up__(setting):
    import base64, importlib, importlib.util, io, json, os, sys, threading

    del get_ipython().user_ns["__crosscompute_warm_up__"]
    setting = json.loads(base64.b64decode(setting))
    kept = {*setting["keep"], *setting["environment"]}
    for name in list(os.environ):
        if name not in kept:
            del os.environ[name]
    os.environ.update(setting["environment"])

    def is_installed(name):
        if name in sys.builtin_module_names or name in sys.stdlib_module_names:
            return True
        try:
            spec = importlib.util.find_spec(name)
        except (ImportError, ValueError):
            return False
        if spec is None:
            return False
        places = [spec.origin] if spec.origin else list(spec.submodule_search_locations or [])
        return bool(places) and all(
            "site-packages" in place or "dist-packages" in place for place in places
        )

    def load(name):
        top = name.partition(".")[0]
        if top in setting["never"] or not is_installed(top):
            return
        try:
            if importlib.util.find_spec(name) is not None:
                importlib.import_module(name)
        except ModuleNotFoundError:
            return

    modules_before = set(sys.modules)
    threads_before = threading.active_count()
    path, streams = sys.path[:], (sys.stdout, sys.stderr)
    said = sys.stdout = sys.stderr = io.StringIO()
    sys.path[:] = [each for each in path if each not in ("", os.getcwd())]
    try:
        for name in setting["modules"]:
            load(name)
    finally:
        sys.path[:] = path
        sys.stdout, sys.stderr = streams
    loaded = {name.partition(".")[0] for name in set(sys.modules) - modules_before}
    if said.getvalue():
        raise RuntimeError("an import prints")
    if threading.active_count() > threads_before:
        raise RuntimeError("an import starts threads")
    if loaded.intersection(setting["never"]):
        raise RuntimeError("an import needs what is never imported before")
    return " ".join(sorted(loaded))
`;

/** A request that warms a Python kernel up, and the expression whose value names the modules that this loaded. */
export function pythonWarmUp(warmUp: IWarmUp): { code: string; expression: string } {
  return {
    code: WARM_UP.trim(),
    expression: `__crosscompute_warm_up__("${encodeJson({ ...warmUp, keep: [...OWN_NAMES, ...warmUp.keep] })}")`
  };
}
