"""Writes a tar of the root of a small system to standard output: this Python with ipykernel, a shell and what they need.

Made of the files of this machine, so that containers can be tried where no registry can be reached.
"""

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile

PROGRAMS = "sh cat echo sleep mkdir chown chmod dirname ls id env touch seq printf kill rm test"
VERSION = f"python{sys.version_info.major}.{sys.version_info.minor}"
LIBRARY = f"/usr/local/lib/{VERSION}"
LEFT_OUT = re.compile(
    r"/(site-packages|dist-packages|tests?|idlelib|tkinter|turtledemo|ensurepip|lib2to3|__pycache__|config-[^/]*)(/|$)"
)
NOT_NEEDED = {"debugpy", "jedi"}
"""Packages that ipykernel names and works without, as long as nobody debugs or completes."""


class Root:
    """The root of the system."""

    def __init__(self) -> None:
        """Write to standard output."""
        self._tar = tarfile.open(fileobj=sys.stdout.buffer, mode="w|")
        self._known: set[str] = set()

    def add(self, source: str, target: str) -> None:
        """Add a file or a folder; what is there already stays."""
        if os.path.exists(source):
            self._tar.add(source, os.path.normpath(target).lstrip("/"), filter=self._choose)

    def _choose(self, item: tarfile.TarInfo) -> tarfile.TarInfo | None:
        """Leave out what is there already, and tests and the like of the standard library."""
        is_needless = "site-packages/" not in item.name and LEFT_OUT.search(f"/{item.name}")
        if item.name in self._known or is_needless:
            return None
        self._known.add(item.name)
        return item

    def add_libraries(self, file: str) -> None:
        """Add the shared libraries that a program or module needs, where its loader looks for them."""
        said = subprocess.run(["ldd", file], capture_output=True, text=True, check=False).stdout
        for found in re.findall(r"(/\S+) \(0x", said):
            self.add(os.path.realpath(found), found)

    def add_program(self, source: str, target: str) -> None:
        """Add a program with its libraries."""
        self.add(os.path.realpath(source), target)
        self.add_libraries(source)

    def add_distribution(self, name: str) -> list[str]:
        """Add an installed package; gives the names of those that it needs."""
        try:
            found = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            return []
        for file in found.files or []:
            path = str(file.locate())
            if not str(file).startswith("..") and "/tests/" not in path and "__pycache__" not in path:
                self.add(os.path.realpath(path), f"{LIBRARY}/site-packages/{file}")
                if ".so" in path:
                    self.add_libraries(path)
        return [re.split(r"[^\w.-]", need)[0] for need in found.requires or [] if "extra ==" not in need]

    def close(self) -> None:
        """Add what must exist, and end."""
        folder = tarfile.TarInfo("tmp")
        folder.type, folder.mode = tarfile.DIRTYPE, 0o1777
        self._tar.addfile(folder)
        self._tar.close()


def main() -> None:
    """Write the tar."""
    root = Root()
    for name in PROGRAMS.split():
        found = shutil.which(name, path="/usr/bin:/bin")
        if found:
            root.add_program(found, f"/bin/{name}")
    root.add_program(os.path.join(sys.base_prefix, "bin", VERSION), "/usr/local/bin/python3")
    library = sysconfig.get_path("stdlib")
    root.add(library, LIBRARY)
    for name in os.listdir(os.path.join(library, "lib-dynload")):
        root.add_libraries(os.path.join(library, "lib-dynload", name))
    waiting, seen = ["ipykernel"], set(NOT_NEEDED)
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += root.add_distribution(name)
    root.close()


main()
