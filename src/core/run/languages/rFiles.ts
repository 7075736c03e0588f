import type { IFileCode } from './language';
import { DECODE, literal } from './rText';

const KIBIBYTE = 1024;

/** Files for R kernels, by jsonlite, which IRkernel and xeus-r bring. The session's own folder goes with its end. */
export const rFiles: IFileCode = {
  pieceBytes: 256 * KIBIBYTE,
  // Jupyter drops text of more than 1,000,000 bytes a second.
  limitBytes: 1024 * KIBIBYTE,
  open: mark =>
    answer(mark, [
      'folder <- tempfile("crosscompute-")',
      'dir.create(folder)',
      'content <- charToRaw(normalizePath(folder))'
    ]),
  workingFolder: mark => answer(mark, ['content <- charToRaw(getwd())']),
  makeFolder: path =>
    local([...withPath(path), 'dir.create(path, recursive = TRUE, showWarnings = FALSE)']),
  write: (path, content, isFirst) =>
    local([
      ...withPath(path),
      ...(isFirst ? ['dir.create(dirname(path), recursive = TRUE, showWarnings = FALSE)'] : []),
      `file <- file(path, "${isFirst ? 'wb' : 'ab'}")`,
      'on.exit(close(file))',
      `writeBin(jsonlite::base64_dec("${content}"), file)`
    ]),
  list: (folder, mark) =>
    answer(mark, [
      ...withPath(folder),
      'content <- raw(0)',
      'walk <- function(prefix) {',
      '  for (name in list.files(file.path(path, prefix), all.files = TRUE, no.. = TRUE)) {',
      '    relative <- paste0(prefix, name)',
      '    file <- file.path(path, relative)',
      '    if (nzchar(Sys.readlink(file))) next',
      '    if (dir.exists(file)) { walk(paste0(relative, "/")); next }',
      '    size <- format(file.size(file), scientific = FALSE)',
      '    content <<- c(content, charToRaw(paste0(size, "\\t", relative)), as.raw(0))',
      '  }',
      '}',
      'walk("")'
    ]),
  read: (path, offset, length, mark) =>
    answer(mark, [
      ...withPath(path),
      'content <- raw(0)',
      'if (file.exists(path) && !dir.exists(path)) {',
      '  file <- file(path, "rb")',
      '  on.exit(close(file))',
      `  seek(file, ${offset})`,
      `  content <- readBin(file, "raw", ${length})`,
      '}'
    ]),
  remove: folder =>
    local([...withPath(folder), 'setwd("/")', 'unlink(path, recursive = TRUE, expand = FALSE)'])
};

function withPath(path: string): string[] {
  return [`path <- decode(${literal(path)})`];
}

/** In a function, so that files are closed also after an error; nothing of it stays. */
function local(lines: readonly string[]): string {
  return `(function() {\n${DECODE}\n${lines.join('\n')}\ninvisible(NULL)\n})()`;
}

/** What a variable `content` holds, in base64 between marks; never the whole mark in the code. */
function answer(mark: string, lines: readonly string[]): string {
  const middle = Math.floor(mark.length / 2);
  const parts = `"${mark.slice(0, middle)}", "${mark.slice(middle)}"`;
  const print = `cat(${parts}, jsonlite::base64_enc(content), ${parts}, sep = "")`;
  return local([...lines, print, 'flush.console()']);
}
