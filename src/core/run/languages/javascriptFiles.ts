import { encodeJson } from './encoding';
import type { IFileCode } from './language';

const KIBIBYTE = 1024;

/** Runs in Deno and in Node, whose modules both have; a function expression leaves no names behind. */
const FILES = `
  const load = name => globalThis["process"].getBuiltinModule?.(name) ?? require(name);
  const fs = load("node:fs");
  const { Buffer } = load("node:buffer");
  const { dirname, join } = load("node:path");
  const setting = JSON.parse(Buffer.from(encoded, "base64").toString());
  const { action, path } = setting;
  const answer = content => {
    const mark = setting.mark.join("");
    console.log(mark + Buffer.from(content).toString("base64") + mark);
  };
  const read = () => {
    let file;
    try {
      file = fs.openSync(path, "r");
    } catch (error) {
      if (error.code === "ENOENT" || error.code === "ENOTDIR") {
        return "";
      }
      throw error;
    }
    try {
      const content = Buffer.alloc(setting.length);
      let size = 0;
      let count = -1;
      while (count !== 0 && size < content.length) {
        count = fs.readSync(file, content, size, content.length - size, setting.offset + size);
        size += count;
      }
      return content.subarray(0, size);
    } finally {
      fs.closeSync(file);
    }
  };
  const list = prefix =>
    fs.readdirSync(join(path, prefix), { withFileTypes: true }).map(entry => {
      const relative = prefix + entry.name;
      if (entry.isDirectory()) {
        return list(relative + "/");
      }
      return entry.isFile() ? fs.statSync(join(path, relative)).size + "\\t" + relative + "\\0" : "";
    }).join("");
  if (action === "open") {
    const folder = load("node:os").tmpdir();
    answer(fs.realpathSync(fs.mkdtempSync(join(folder, "crosscompute-"))));
  } else if (action === "workingFolder") {
    answer(globalThis["process"].cwd());
  } else if (action === "makeFolder") {
    fs.mkdirSync(path, { recursive: true });
  } else if (action === "write") {
    if (setting.isFirst) {
      fs.mkdirSync(dirname(path), { recursive: true });
    }
    fs.writeFileSync(path, Buffer.from(setting.content, "base64"), {
      flag: setting.isFirst ? "w" : "a"
    });
  } else if (action === "list") {
    answer(list(""));
  } else if (action === "read") {
    answer(read());
  } else if (action === "remove") {
    globalThis["process"].chdir("/");
    fs.rmSync(path, { recursive: true, force: true });
  }
`;

/** Files for JavaScript kernels: Deno's, and those that run in Node. */
export const javascriptFiles: IFileCode = {
  pieceBytes: 256 * KIBIBYTE,
  // Jupyter drops text of more than 1,000,000 bytes a second.
  limitBytes: 1024 * KIBIBYTE,
  open: mark => call({ action: 'open', mark: halves(mark) }),
  workingFolder: mark => call({ action: 'workingFolder', mark: halves(mark) }),
  makeFolder: path => call({ action: 'makeFolder', path }),
  write: (path, content, isFirst) => call({ action: 'write', path, content, isFirst }),
  list: (path, mark) => call({ action: 'list', path, mark: halves(mark) }),
  read: (path, offset, length, mark) =>
    call({ action: 'read', path, offset, length, mark: halves(mark) }),
  remove: path => call({ action: 'remove', path })
};

function call(setting: object): string {
  return `(encoded => {${FILES}})("${encodeJson(setting)}");`;
}

/** Cut, so that no code holds it as a whole. */
function halves(mark: string): string[] {
  const middle = Math.floor(mark.length / 2);
  return [mark.slice(0, middle), mark.slice(middle)];
}
