"""The documents: generated tables are current, shown commands run, links lead somewhere."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from server.documents import ROOT, documents, main, markdown_table, regenerate

RUNNABLE = re.compile(r"```sh runnable\n(.*?)```", re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")


def shown_commands() -> list[str]:
    blocks = [found for path in documents() for found in RUNNABLE.findall(path.read_text(encoding="utf-8"))]
    return [line for block in blocks for line in block.splitlines() if line.strip()]


def test_generated_tables_are_current(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0, capsys.readouterr().err


def test_a_stale_table_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "README.md"
    page.write_text("<!-- begin:ladders -->\nold\n<!-- end:ladders -->\n", encoding="utf-8")
    monkeypatch.setattr("server.documents.ROOT", tmp_path)
    monkeypatch.setattr("server.documents.documents", lambda: [page])
    monkeypatch.setattr("server.documents.schemas", dict)
    assert main(["--check"]) == 1
    assert capsys.readouterr().err == "README.md: differs from what it is generated from; run: make docs\n"
    assert main([]) == 0
    assert "| 8 | `skill:chief_technician` | 首席技师 |" in page.read_text(encoding="utf-8")
    assert main(["--check"]) == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<!-- begin:ladders -->\n", "mark without its pair: <!-- begin:ladders -->"),
        ("<!-- begin:ladders -->\n<!-- end:floors -->\n", "mark without its pair: <!-- begin:ladders -->"),
        ("<!-- begin:nothing -->\n<!-- end:nothing -->\n", "no generator for the block 'nothing'"),
    ],
)
def test_wrong_marks_are_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        regenerate(text)


def test_cells_cannot_break_a_table() -> None:
    assert markdown_table(("a",), [("x|y\nz",)]) == "| a |\n| --- |\n| x\\|y z |"


@pytest.mark.parametrize("command", shown_commands())
def test_shown_commands_run(command: str, tmp_path: Path) -> None:
    program, *arguments = shlex.split(command)
    assert program == ".venv/bin/guantong"
    result = subprocess.run(
        [sys.executable, "-c", "from server.cli import main; main()", *arguments],
        cwd=ROOT,
        env=os.environ | {"GUANTONG_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip()


def test_the_readme_shows_commands() -> None:
    assert len(shown_commands()) >= 3


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    missing = [link for link in LINK.findall(path.read_text(encoding="utf-8")) if not (path.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize(
    "folder", ["core", "plugins", "schema", "server", "enterprise_schemes", "tests", "bench", "console", "examples"]
)
def test_every_folder_says_what_it_is(folder: str) -> None:
    assert (ROOT / folder / "README.md").read_text(encoding="utf-8").startswith(f"# {folder}")
