"""What of the standard library a scheme may import in the jail, and how everything else is refused.

This keeps honest authors honest, with a message they understand. It is no wall: the walls are the kernel's.
"""

import builtins
import importlib
import sys
import warnings
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

# For authors. Nothing here reads a file, the network or another process; none of it is random.
OFFERED = (
    "__future__",
    "abc",
    "bisect",
    "calendar",
    "cmath",
    "collections",
    "collections.abc",
    "contextlib",
    "copy",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "fractions",
    "functools",
    "graphlib",
    "heapq",
    "itertools",
    "json",
    "math",
    "numbers",
    "operator",
    "re",
    "statistics",
    "string",
    "textwrap",
    "types",
    "typing",
    "unicodedata",
    "plugins.api",
)
# What those load only when they are used, when no file can be read any longer.
_LATER = ("_strptime", "_pydecimal", "locale", "encodings.idna", "encodings.ascii", "encodings.latin_1")
_NEEDED = ("sys", "builtins", "plugins", "importlib", "importlib._bootstrap", "importlib._bootstrap_external")
_TAKEN_AWAY = ("open", "input", "breakpoint", "help", "exit", "quit")


class Refused(ImportError):
    """A scheme asked for what the jail does not offer. ``what`` is a module or a built-in function."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is not offered to schemes; offered are: {', '.join(OFFERED)}")
        self.what = what


class NothingElse(MetaPathFinder):
    """The last finder: says what is offered instead of looking for anything."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        raise Refused(fullname)


# Before a source's name where it is compiled. No file has such a name: half a character has no bytes. Else the compiler
# would open the file to quote the line that is wrong, and an author's slip would end the process without a word.
NO_FILE = "\ud800"


class SourceFinder(MetaPathFinder, Loader):
    """Loads a scheme's modules from the text that was sent, and from nowhere else."""

    def __init__(self, sources: dict[str, str]) -> None:
        self._sources = sources

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module under its path in the wheel."""
        base = fullname.replace(".", "/")
        for name in (f"{base}/__init__.py", f"{base}.py"):
            if name in self._sources:
                is_package = name.endswith("/__init__.py")
                return ModuleSpec(fullname, self, origin=name, is_package=is_package)
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Compile and run the text itself: no cache, no file."""
        spec = module.__spec__
        path = str(spec and spec.origin)
        exec(compile(self._sources[path], NO_FILE + path, "exec", dont_inherit=True), module.__dict__)  # noqa: S102


def preload() -> list[ModuleType]:
    """Load what is offered and forget the rest, which stays alive in the list that is given back."""
    for name in (*OFFERED, *_LATER):
        importlib.import_module(name)
    warnings.simplefilter("ignore")  # nobody is there to read them
    kept = {*OFFERED, *_LATER, *_NEEDED, "encodings"} | {name for name in sys.modules if name.startswith("encodings.")}
    forgotten = [sys.modules.pop(name) for name in list(sys.modules) if name not in kept]
    sys.meta_path[:] = [NothingElse()]
    sys.path_hooks.clear()
    sys.path_importer_cache.clear()
    sys.path.clear()
    return forgotten


def offer(sources: dict[str, str]) -> None:
    """Let a scheme import its own modules, and take away what would only end it without a word."""
    sys.meta_path[:] = [SourceFinder(sources), NothingElse()]
    for name in _TAKEN_AWAY:
        setattr(builtins, name, _refusing(f"{name}()"))


def _refusing(what: str) -> object:
    def refuse(*_given: object, **_named: object) -> None:
        raise Refused(what)

    return refuse
