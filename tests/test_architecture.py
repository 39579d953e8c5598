"""The shape of the product: who may import whom, where the packages come from, how long files get, what is shipped."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parent.parent
PACKAGES = ("core", "plugins", "schema", "server")
FOLDERS = (*PACKAGES, "enterprise_schemes", "examples", "tests", "bench")
LONGEST_FILE = 400
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from (ROOT / folder).rglob("*.py")


def imports_of(path: Path) -> set[str]:
    """The modules that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("." * node.level + (node.module or ""))
    return found


@pytest.fixture(scope="module")
def shipped() -> set[str]:
    """The paths in the platform's wheel."""
    return {file.distribution_path for file in WheelBuilder(str(ROOT)).recurse_included_files()}


def test_import_contracts_hold() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run([program, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stdout + result.stderr
    assert " 0 broken" in result.stdout


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_come_from_this_checkout(package: str) -> None:
    """Others publish packages of these names, and installing one would silently replace ours."""
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    assert Path(spec.origin) == ROOT / package / "__init__.py"


def test_schemes_import_only_the_contract() -> None:
    allowed = {*sys.stdlib_module_names, "plugins.api"}
    wrong = {
        str(path.relative_to(ROOT)): found
        for path in sources("enterprise_schemes")
        if (found := {name for name in imports_of(path) if not {name, name.partition(".")[0]} & allowed})
    }
    assert wrong == {}


def test_nobody_imports_a_scheme() -> None:
    schemes = {path.name for path in ROOT.glob("enterprise_schemes/*/*") if (path / "__init__.py").exists()}
    assert schemes
    wrong = {
        str(path.relative_to(ROOT))
        for path in sources(*PACKAGES)
        if {name.partition(".")[0] for name in imports_of(path)} & (schemes | {"enterprise_schemes"})
    }
    assert wrong == set()


def test_the_product_imports_no_tests() -> None:
    wrong = {
        str(path.relative_to(ROOT))
        for path in sources(*PACKAGES)
        if {name.partition(".")[0] for name in imports_of(path)} & {"tests", "bench", "pytest", "hypothesis"}
    }
    assert wrong == {"plugins/conformance/probing.py"}  # what it finds in a scheme's code, Hypothesis shrinks


def test_files_can_be_read_in_one_sitting() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in sources(*FOLDERS)
    }
    assert {path: length for path, length in lengths.items() if length > LONGEST_FILE} == {}


def test_the_lock_holds_no_package_of_our_names_and_no_address() -> None:
    names = re.findall(r"^([A-Za-z0-9._-]+)==", LOCK, re.MULTILINE)
    assert len(names) > 50
    assert set(PACKAGES) & set(names) == set()
    assert "://" not in LOCK


def test_every_locked_package_is_hashed() -> None:
    entries = re.split(r"\n(?=\S)", LOCK.strip())
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_lock_has_what_the_project_asks_for() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    asked = re.findall(r'^  "([A-Za-z0-9_-]+)[\[\]a-z]*[<>=~]', project, re.MULTILINE)
    locked = set(re.findall(r"^([A-Za-z0-9._-]+)==", LOCK, re.MULTILINE))
    assert len(asked) > 25
    assert set(asked) - locked == set()


def test_the_wheel_has_the_packages_with_their_data(shipped: set[str]) -> None:
    assert {path.partition("/")[0] for path in shipped} == set(PACKAGES)
    for needed in (
        "core/policy/national.toml",
        "core/vocabulary/title_series.toml",
        "core/storage/migrations/env.py",
        "server/static/graphiql/graphiql.min.js",
        "server/static/page.html",
    ):
        assert needed in shipped


def test_schemes_are_not_in_the_wheel(shipped: set[str]) -> None:
    assert [path for path in shipped if path.startswith(("enterprise_schemes/", "scheme_"))] == []
