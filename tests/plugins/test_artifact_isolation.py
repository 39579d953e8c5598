"""Reading a wheel runs nothing of it: watched by an audit hook and an import hook, in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

# What runs in the process of its own. Every source of the wheel would write a file, and raise, the moment it ran.
WATCHED = """
import json, os, sys
from pathlib import Path
from tests.plugins.hostile import wheels as w
from tests.plugins.hostile.cases import CASES
from plugins.artifact import read_artifact, read_pair
from plugins.workbook.writer import write_catalog

trap = Path(sys.argv[1])
LOUD = f"open({str(trap)!r}, 'w').write('ran')\\nraise SystemExit('ran')\\n"
loud = w.wheel({f"{w.PACKAGE}/__init__.py": LOUD, f"{w.PACKAGE}/hooks.py": LOUD, f"{w.PACKAGE}/conftest.py": LOUD})
document = read_artifact(w.bundle(), w.BUNDLE).artifact.document
workbook = write_catalog(document)
uploads = [(loud, w.NAME, None)] + [(case.data, case.filename, case.limits) for case in CASES]

def read_all():
    for data, name, limits in uploads:
        read_artifact(data, name, limits) if limits else read_artifact(data, name)
    read_pair(w.SCHEME_TOML.encode(), workbook)

read_all()  # libraries finish importing themselves before anybody watches

ALWAYS = {"import", "compile", "exec", "marshal.loads", "code.__new__", "function.__new__"}
OUTWARD = ("os.", "shutil.", "subprocess.", "socket.", "tempfile.", "ctypes.", "pty.", "urllib.", "sqlite3.", "winreg.")
seen, asked = [], []

class Finder:
    def find_spec(self, name, path=None, target=None):
        asked.append(name)

def watch(event, arguments):
    if event in ALWAYS or event.startswith(OUTWARD) or event == "open":
        seen.append((event, repr(arguments)[:200]))

sys.meta_path.insert(0, Finder())
sys.addaudithook(watch)
read_all()
events, imports = list(seen), list(asked)
compile("1", "<the hook does see>", "eval")
loaded = [name for name in sys.modules if name.startswith(w.PACKAGE)]
sees = len(seen) > len(events)
print(json.dumps({"events": events, "imports": imports, "loaded": loaded, "ran": trap.exists(), "sees": sees}))
"""


def test_nothing_of_a_wheel_is_imported_compiled_or_written(tmp_path: Path) -> None:
    empty = tmp_path / "here"
    empty.mkdir()
    done = subprocess.run(
        [sys.executable, "-B", "-c", WATCHED, str(tmp_path / "trap")],
        cwd=empty,
        env={"PYTHONPATH": str(ROOT), "TMPDIR": str(empty)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told == {"events": [], "imports": [], "loaded": [], "ran": False, "sees": True}
    assert list(empty.iterdir()) == []
