import { encodeJson } from './encoding';
import type { IKernelSetting, ILanguage } from './language';
import { pythonFiles } from './pythonFiles';
import { RECORD_TEXT } from './pythonRecord';
import { DRAIN_TEXT, GATHER_TEXT } from './pythonText';

/** Variables that the kernel sets when it starts, for what it shows and how: not the server's. */
export const OWN_NAMES: readonly string[] = [
  'MPLBACKEND',
  'TERM',
  'CLICOLOR',
  'FORCE_COLOR',
  'CLICOLOR_FORCE',
  'PAGER',
  'GIT_PAGER'
];

/*
 * What the prelude does besides folder and environment, and why:
 * - modules of the automation are compiled anew instead of leaving `__pycache__` beside them: nothing
 *   is written next to the author's files, and an edit within the second that a cache compares is seen;
 * - the kernel goes on dropping requests after a failed or last cell; by itself it stops dropping when
 *   its queue is empty, and would run what arrives a moment later;
 * - the kernel may not drop output because its reader is slower than it is;
 * - much text makes few messages, see `GATHER_TEXT`.
 * - where no figures are wanted, what matplotlib would show at the end of a cell is forgotten first; what the
 *   author shows or saves is drawn. Figures are closed where they would have been.
 * Whatever belongs to ipykernel is looked for before it is used: other Python kernels lack it.
 */
const PREPARE = `
def __crosscompute_prepare__(setting):
    import base64, json, os, sys, time, warnings
    from importlib.machinery import SourceFileLoader

    setting = json.loads(base64.b64decode(setting))
    environment = setting["environment"]
    kept = {*setting["keep"], *environment}
    for name in list(os.environ):
        if name not in kept and not setting["isElsewhere"]:
            del os.environ[name]
    os.environ.update(environment)
    if hasattr(time, "tzset"):
        time.tzset()
    folder = setting["folder"]
    os.chdir(folder)
    if sys.path and sys.path[0] == "":
        sys.path[0] = folder
    elif sys.path[:1] != [folder]:
        sys.path.insert(0, folder)

    source = os.path.join(setting["sourceFolder"], "")
    set_data = SourceFileLoader.set_data

    def set_data_elsewhere(self, path, data, **options):
        if not self.path.startswith(source) or "site-packages" in self.path:
            set_data(self, path, data, **options)

    SourceFileLoader.set_data = set_data_elsewhere
    warnings.filterwarnings("ignore", message="To exit: use", category=UserWarning)

    shell = get_ipython()
    if not setting["hasFigures"]:
        def forget_figures():
            backend = sys.modules.get("matplotlib_inline.backend_inline")
            show = getattr(backend, "show", None)
            if not getattr(show, "_draw_called", False):
                return
            show._to_draw = []
            show._draw_called = False
            if backend.InlineBackend.instance().close_figures:
                sys.modules["matplotlib.pyplot"].close("all")

        # Before the backend's own, which is there already where matplotlib is.
        shell.events.callbacks["post_execute"].insert(0, forget_figures)
    kernel = getattr(shell, "kernel", None)
    if hasattr(kernel, "_aborting") and hasattr(kernel, "_abort_queues"):
        def abort(*_args, **_options):
            kernel._aborting = not setting["isElsewhere"]

        def ask_exit():
            payload = {"source": "ask_exit", "keepkernel": False}
            shell.payload_manager.write_payload(payload)
            abort()

        if not setting["isElsewhere"]:
            kernel._abort_queues = abort
        shell.ask_exit = ask_exit
    if setting["messageLog"] and hasattr(getattr(kernel, "session", None), "serialize"):
        __crosscompute_record__(kernel.session, setting["messageLog"])
    thread = getattr(kernel, "iopub_thread", None)
    if hasattr(thread, "schedule") and hasattr(thread, "socket"):
        import zmq
        thread.schedule(lambda: thread.socket.setsockopt(zmq.SNDHWM, 0))
        for stream in (sys.stdout, sys.stderr):
            if getattr(stream, "pub_thread", None) is thread:
                __crosscompute_gather__(stream)
`;

/*
 * At the end: text that child processes wrote may still be in the pipe that the kernel reads, and an
 * author may have forgotten to close a file that is an output.
 */
const FINISH = `
def __crosscompute_finish__():
    import io, sys

    for value in list(get_ipython().user_ns.values()):
        try:
            if isinstance(value, io.IOBase) and not value.closed and value.writable():
                value.flush()
        except Exception as error:
            print(f"a file could not be written: {error}", file=sys.stderr)
    for stream in (sys.stdout, sys.stderr):
        __crosscompute_drain__(stream)
        # Nothing more is to be gathered.
        vars(stream).pop("flush", None)
        stream.flush()
`;

const PRELUDE_DEFINITIONS = `${GATHER_TEXT}\n\n${PREPARE.trim()}\n\n`;
const EPILOGUE_DEFINITIONS = `${DRAIN_TEXT}\n\n${FINISH.trim()}\n\n`;

/** What prelude and epilogue begin with, the same for all runs: a place may keep it compiled. */
export const PYTHON_DEFINITIONS: readonly string[] = [PRELUDE_DEFINITIONS, EPILOGUE_DEFINITIONS];

/** Python, as ipykernel runs it. */
export const python: ILanguage = {
  names: ['python', 'python3', 'ipython'],
  isPipelined: true,
  files: pythonFiles,
  epilogue: `${EPILOGUE_DEFINITIONS}try:
    __crosscompute_finish__()
finally:
    del __crosscompute_finish__, __crosscompute_drain__`,
  prelude(setting: IKernelSetting): string {
    const { folder, sourceFolder, environment, isElsewhere = false, hasFigures = true } = setting;
    const { messageLog = null } = setting;
    const keep = [...OWN_NAMES, ...setting.keep];
    const encoded = encodeJson({
      ...{ folder, sourceFolder, environment, keep },
      ...{ isElsewhere, hasFigures, messageLog }
    });
    const record = messageLog === null ? '' : `${RECORD_TEXT}\n\n`;
    const own = ['prepare', 'gather', ...(messageLog === null ? [] : ['record'])];
    return `${PRELUDE_DEFINITIONS}${record}try:
    __crosscompute_prepare__("${encoded}")
finally:
    del ${own.map(name => `__crosscompute_${name}__`).join(', ')}`;
  }
};
