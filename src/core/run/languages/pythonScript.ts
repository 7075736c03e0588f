import { encodeJson } from './encoding';

/*
 * Runs a file or a function as a Python program of its own would: as `__main__`, with its own
 * `sys.argv`, its own event loop (the kernel's would forbid `asyncio.run`), to the end of the threads
 * that it started; files that it left open are written. What it raises is shown from the author's first line on.
 */
const RUN = `
def __crosscompute_run__(setting):
    import asyncio, base64, builtins, importlib, inspect, io, json, os, pathlib, sys
    import threading, types

    setting = json.loads(base64.b64decode(setting))

    def run_file(path):
        folder = os.path.dirname(path)
        if sys.path[:1] != [folder]:
            sys.path.insert(0, folder)
        module = types.ModuleType("__main__")
        module.__file__ = path
        module.__builtins__ = builtins
        before = sys.modules["__main__"]
        sys.modules["__main__"] = module
        try:
            with open(path, "rb") as file:
                source = file.read()
            exec(compile(source, path, "exec", dont_inherit=True), module.__dict__)
            wait_for_threads()
        finally:
            sys.modules["__main__"] = before
            for value in list(module.__dict__.values()):
                if isinstance(value, io.IOBase) and not value.closed and value.writable():
                    value.flush()

    def run_function(name, function_name, folder, folders):
        function = find_function(name, function_name, folder)
        positional, named = choose_arguments(function, folders)
        result = function(*positional, **named)
        if inspect.iscoroutine(result):
            asyncio.run(result)
        wait_for_threads()

    def find_function(name, function_name, folder):
        top = name.partition(".")[0]
        has_own = any(os.path.exists(os.path.join(folder, top + end)) for end in (".py", "/"))
        loaded = getattr(sys.modules.get(top), "__file__", None) or ""
        if has_own and not loaded.startswith(os.path.join(folder, "")):
            for key in [key for key in sys.modules if key == top or key.startswith(top + ".")]:
                del sys.modules[key]
        importlib.invalidate_caches()
        try:
            module = importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name and (name + ".").startswith(error.name + "."):
                message = f'there is no module "{name}" in {folder}'
                raise ModuleNotFoundError(message, name=error.name) from None
            raise
        function = getattr(module, function_name, None)
        if not callable(function):
            others = [
                key for key, value in vars(module).items()
                if inspect.isfunction(value) and value.__module__ == module.__name__
            ]
            known = f'; it has {", ".join(others)}' if others else ""
            message = f'module "{name}" has no function "{function_name}"{known}'
            raise AttributeError(message)
        return function

    def choose_arguments(function, folders):
        try:
            parameters = inspect.signature(function).parameters.values()
        except ValueError:
            return [], {}
        positional, named = [], {}
        for parameter in parameters:
            if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
                continue
            if parameter.name in folders:
                value = pathlib.Path(folders[parameter.name])
            elif parameter.default is not parameter.empty:
                value = parameter.default
            else:
                message = (
                    f'parameter "{parameter.name}" of {function.__name__}() has no default and is'
                    f' none of {", ".join(folders)}; give it a default or rename it'
                )
                raise TypeError(message)
            if parameter.kind == parameter.POSITIONAL_ONLY:
                positional.append(value)
            else:
                named[parameter.name] = value
        return positional, named

    def wait_for_threads():
        while True:
            threads = [
                thread for thread in threading.enumerate()
                if thread not in threads_before and not thread.daemon
            ]
            if not threads:
                return
            for thread in threads:
                thread.join()

    def is_ours(frame):
        name = frame.f_code.co_filename
        return name in (own_file, importlib.__file__) or name.startswith("<frozen ")

    own_file = run_file.__code__.co_filename
    threads_before = set(threading.enumerate())
    arguments_before = sys.argv
    loop = asyncio.events._get_running_loop()
    task = asyncio.current_task(loop) if loop else None
    if task:
        asyncio.tasks._leave_task(loop, task)
    asyncio.events._set_running_loop(None)
    own_loop = asyncio.new_event_loop()
    asyncio.set_event_loop(own_loop)
    failure = trace = None
    try:
        if "path" in setting:
            sys.argv = [setting["path"]]
            run_file(setting["path"])
        else:
            sys.argv = [""]
            run_function(
                setting["module"], setting["name"], setting["folder"], setting["folders"]
            )
    except SystemExit as error:
        code = error.code
        if isinstance(code, str):
            print(code, file=sys.stderr)
        if code is not None and code != 0:
            status = code if isinstance(code, int) else 1
            failure = type("SystemExit", (Exception,), {})(status)
    except BaseException as error:
        failure = error
        trace = error.__traceback__
        while trace is not None and is_ours(trace.tb_frame):
            trace = trace.tb_next
        failure.__traceback__ = trace
    finally:
        sys.argv = arguments_before
        own_loop.close()
        asyncio.set_event_loop(loop)
        asyncio.events._set_running_loop(loop)
        if task:
            asyncio.tasks._enter_task(loop, task)
    if failure is None:
        return

    def show(shell, kind, value, _trace, tb_offset=None):
        if trace is None and not issubclass(kind, SyntaxError):
            shell.showtraceback((kind, value, None), exception_only=True)
        else:
            shell.showtraceback((kind, value, trace), tb_offset=0)

    shell = get_ipython()
    if hasattr(shell, "set_custom_exc"):
        shell.set_custom_exc((BaseException,), show)
    raise failure
`;

/**
 * Python source that runs a file as a program.
 *
 * @param path - absolute path, read by the kernel
 */
export function pythonFileCode(path: string): string {
  return callOf({ path });
}

/** A function to call, and what it may ask for. */
export interface IPythonCall {
  /** Dotted name of the module. */
  module: string;
  /** Name of the function in the module. */
  name: string;
  /** Absolute folder that the module is looked for in. */
  folder: string;
  /** Absolute folders by the names of parameters that get them as `pathlib.Path`. */
  folders: Readonly<Record<string, string>>;
}

/** Python source that imports a module and calls one of its functions. */
export function pythonFunctionCode(call: IPythonCall): string {
  const { module, name, folder, folders } = call;
  return callOf({ module, name, folder, folders });
}

function callOf(setting: object): string {
  return `${RUN.trim()}\n__crosscompute_run__("${encodeJson(setting)}")`;
}
