import type { ILanguageCode } from './languageContract';

/** Author's code in Python. */
export const PYTHON_CODE: ILanguageCode = {
  folder: 'import os\nn = open("folder.txt", "w").write(os.getcwd())',
  values:
    'import os\nfor name in ["A", "B", "EMPTY"]:\n    with open(name + ".txt", "w", newline="") as file:\n        n = file.write(os.environ[name])',
  names: 'import os\nn = open("names.txt", "w").write("\\n".join(os.environ))',
  copy: 'import os, shutil\n_ = shutil.copy(os.environ["CROSSCOMPUTE_INPUT_FOLDER"] + "/data.bin", os.environ["CROSSCOMPUTE_OUTPUT_FOLDER"] + "/copy.bin")',
  prints: 'print("ü")',
  warns: 'import sys\nprint("warning", file=sys.stderr)',
  rich: 'from IPython.display import HTML\nHTML("<b>rich</b>")',
  fails: { code: 'raise KeyError("bröken")', name: 'KeyError', value: 'bröken' },
  process: 'import os\nprint("started", os.getpid())',
  loops: 'while True:\n    pass',
  defined: 'n = open("defined.txt", "w").write("\\n".join(dir()))'
};

/** Author's code in bash. Its kernel has one stream. */
export const BASH_CODE: ILanguageCode = {
  folder: 'printf "%s" "$PWD" > folder.txt',
  values: 'for name in A B EMPTY; do printf "%s" "${!name}" > "$name.txt"; done',
  names: 'compgen -e > names.txt',
  copy: 'cp "$CROSSCOMPUTE_INPUT_FOLDER/data.bin" "$CROSSCOMPUTE_OUTPUT_FOLDER/copy.bin"',
  prints: 'echo ü',
  warns: null,
  rich: 'echo "<b>rich</b>" | displayHTML',
  fails: { code: '(exit 7)', name: '', value: '7' },
  process: 'echo "started $$"',
  loops: 'while true; do :; done',
  defined:
    '{ comm -23 <(compgen -v | sort) <(compgen -e | sort); compgen -A function; } > defined.txt'
};

/** Author's code in R. */
export const R_CODE: ILanguageCode = {
  folder: 'writeBin(charToRaw(getwd()), "folder.txt")',
  values:
    'for (name in c("A", "B", "EMPTY")) writeBin(charToRaw(Sys.getenv(name)), paste0(name, ".txt"))',
  names: 'writeLines(names(Sys.getenv()), "names.txt")',
  copy: 'stopifnot(file.copy(file.path(Sys.getenv("CROSSCOMPUTE_INPUT_FOLDER"), "data.bin"), file.path(Sys.getenv("CROSSCOMPUTE_OUTPUT_FOLDER"), "copy.bin")))',
  prints: 'cat("ü\\n")',
  warns: 'message("warning")',
  rich: 'IRdisplay::display_html("<b>rich</b>")',
  fails: { code: 'stop("bröken")', name: 'ERROR', value: 'bröken' },
  process: 'cat("started", Sys.getpid(), "\\n")',
  loops: 'repeat {}',
  defined: 'writeLines(ls(all.names = TRUE), "defined.txt")'
};

/** Author's code in TypeScript, as Deno runs it. */
export const DENO_CODE: ILanguageCode = {
  folder: 'Deno.writeTextFileSync("folder.txt", Deno.cwd())',
  values:
    'for (const name of ["A", "B", "EMPTY"]) Deno.writeTextFileSync(name + ".txt", Deno.env.get(name)!)',
  names: 'Deno.writeTextFileSync("names.txt", Object.keys(Deno.env.toObject()).join("\\n"))',
  copy: 'Deno.copyFileSync(Deno.env.get("CROSSCOMPUTE_INPUT_FOLDER") + "/data.bin", Deno.env.get("CROSSCOMPUTE_OUTPUT_FOLDER") + "/copy.bin")',
  prints: 'console.log("ü")',
  warns: 'console.error("warning")',
  rich: 'await Deno.jupyter.display({ "text/html": "<b>rich</b>" }, { raw: true })',
  fails: { code: 'throw new RangeError("bröken")', name: 'RangeError', value: 'bröken' },
  process: 'console.log("started", Deno.pid)',
  loops: 'while (true) {}',
  defined:
    'Deno.writeTextFileSync("defined.txt", Object.getOwnPropertyNames(globalThis).join("\\n"))'
};
