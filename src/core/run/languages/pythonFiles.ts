import { encodeJson } from './encoding';
import type { IFileCode } from './language';

const MEBIBYTE = 1024 * 1024;

/*
 * Kept apart from the author's names: defined, called and deleted in each request. The comm is held by the kernel
 * object, which outlives a request and which no author's code looks at.
 */
const FILES = `
def __crosscompute_files__(setting):
    import base64, json, os, shutil, sys, tempfile

    setting = json.loads(base64.b64decode(setting))
    path = setting.get("path", "")
    kernel = getattr(get_ipython(), "kernel", None)

    def answer(content):
        mark = "".join(setting["mark"])
        sys.stdout.write(mark + base64.b64encode(content).decode() + mark)
        sys.stdout.flush()

    def write(path, content, is_first):
        if is_first:
            os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb" if is_first else "ab") as file:
            file.write(content)

    def read():
        try:
            with open(path, "rb") as file:
                file.seek(setting["offset"])
                return file.read(setting["length"])
        except (FileNotFoundError, NotADirectoryError):
            return b""

    def list_files():
        lines = []
        for folder, _folders, names in os.walk(path):
            for name in names:
                file = os.path.join(folder, name)
                if os.path.isfile(file) and not os.path.islink(file):
                    line = f"{os.path.getsize(file)}\\t{os.path.relpath(file, path)}\\0"
                    lines.append(os.fsencode(line))
        return b"".join(lines)

    def listen():
        def take(comm, _message):
            kernel.__crosscompute_comm__ = comm

            @comm.on_msg
            def on_message(message):
                data = message["content"]["data"]
                write(data["path"], bytes(message["buffers"][0]), data["isFirst"])

        kernel.comm_manager.register_target(setting["target"], take)

    def remove():
        os.chdir(tempfile.gettempdir())
        shutil.rmtree(path, ignore_errors=True)

    def open_folder():
        import atexit

        folder = os.path.realpath(tempfile.mkdtemp(prefix="crosscompute-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        return os.fsencode(folder)

    action = setting["action"]
    if action == "open":
        answer(open_folder())
    elif action == "workingFolder":
        answer(os.fsencode(os.getcwd()))
    elif action == "makeFolder":
        os.makedirs(path, exist_ok=True)
    elif action == "write":
        write(path, base64.b64decode(setting["content"]), setting["isFirst"])
    elif action == "list":
        answer(list_files())
    elif action == "read":
        answer(read())
    elif action == "send":
        kernel.__crosscompute_comm__.send({}, buffers=[read()])
    elif action == "listen":
        listen()
    elif action == "remove":
        remove()
`;

function call(setting: object): string {
  return `${FILES.trim()}

try:
    __crosscompute_files__("${encodeJson(setting)}")
finally:
    del __crosscompute_files__`;
}

/** Cut, so that no code holds it as a whole. */
function halves(mark: string): string[] {
  const middle = Math.floor(mark.length / 2);
  return [mark.slice(0, middle), mark.slice(middle)];
}

/** Files for Python kernels: with ipykernel by comm, else in code. */
export const pythonFiles: IFileCode = {
  // Tornado closes a WebSocket whose message is larger than 10 MiB.
  pieceBytes: 4 * MEBIBYTE,
  limitBytes: null,
  open: mark => call({ action: 'open', mark: halves(mark) }),
  workingFolder: mark => call({ action: 'workingFolder', mark: halves(mark) }),
  makeFolder: path => call({ action: 'makeFolder', path }),
  write: (path, content, isFirst) => call({ action: 'write', path, content, isFirst }),
  list: (path, mark) => call({ action: 'list', path, mark: halves(mark) }),
  read: (path, offset, length, mark) =>
    call({ action: 'read', path, offset, length, mark: halves(mark) }),
  remove: path => call({ action: 'remove', path }),
  comm: {
    listen: target => call({ action: 'listen', target }),
    read: (path, offset, length) => call({ action: 'send', path, offset, length })
  }
};
