"""What a wheel says of itself, the modules its sources name, and the digest of what it holds."""

import pytest

from plugins.digests import document_digest, logical_path, sha256_of, wheel_digest
from plugins.imports import imports_of
from plugins.wheel import read_wheel
from tests.plugins.hostile import wheels as w


def test_the_facts_of_a_sound_wheel() -> None:
    files = w.files()
    files[f"{w.INFO}/RECORD"] = w.record(files).encode()
    facts, findings = read_wheel(w.NAME, files)
    assert findings == ()
    assert (facts.name, facts.version, facts.requires) == ("scheme-tiny-works", "1.0.0", ("guantong>=0.1",))


def test_what_an_author_may_add_to_the_metadata() -> None:
    """A long description that looks like fields, licences, line ends of Windows, an entry point to an object."""
    files = w.files(
        {
            f"{w.INFO}/METADATA": (w.METADATA + "\nName: not this\nRequires-Dist: nor-this\n").replace("\n", "\r\n"),
            f"{w.INFO}/LICENSE": "free",
            f"{w.INFO}/licenses/NOTICE": "free",
            f"{w.INFO}/entry_points.txt": f"[guantong.schemes]\ntiny_works = {w.PACKAGE}.hooks:Scheme.rules\n",
            f"{w.PACKAGE}/hooks.py": "",
            f"{w.PACKAGE}/py.typed": "",
        }
    )
    files[f"{w.INFO}/RECORD"] = w.record(files).encode()
    facts, findings = read_wheel(w.NAME, files)
    assert findings == ()
    assert facts.requires == ("guantong>=0.1",)
    assert facts.entry_point is not None
    assert (facts.entry_point.module, facts.entry_point.attribute) == (f"{w.PACKAGE}.hooks", "Scheme.rules")


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("import os, a.b as c, d", ["os", "a.b", "d"]),
        ("from x import (y,\n    z as w,\n)", ["x.y", "x.z"]),
        ("from x import *", ["x.*"]),
        ("from . import q\nfrom ..p import r", ["..q", "..p.r"]),
        ("if 1: import k; from l import m", ["k", "l.m"]),
        ("try:\n    import n\nexcept E:\n    raise A from b\ndef f():\n    yield from g", ["n"]),
        ("x = {1: 'import no'}  # import no\n'''\nimport no\n'''\nimport o", ["o"]),
        ("class A:\n    import p\n    def f(self): import q", ["p", "q"]),
        ("import a\\\n.b", ["a.b"]),
        ("", []),
    ],
)
def test_the_modules_that_a_source_names(source: str, named: list[str]) -> None:
    assert [one.module for one in imports_of(source)] == named


def test_the_line_of_an_import() -> None:
    assert [one.line for one in imports_of("import a\n\n\nif x:\n    import b\n")] == [1, 5]


def test_the_digest_holds_what_runs_and_leaves_out_how_it_was_packed() -> None:
    files = w.files()
    digest = wheel_digest("Scheme_Tiny.Works", "1.0.0", files, ["b", "a"])
    assert digest == wheel_digest("scheme-tiny-works", "1.0.0", dict(reversed(files.items())), ["a", "b"])
    packing = {f"{w.INFO}/RECORD": b"x", f"{w.INFO}/INSTALLER": b"pip", f"{w.PACKAGE}/__pycache__/a.pyc": b"x"}
    assert digest == wheel_digest("scheme-tiny-works", "1.0.0", files | packing, ["a", "b"])
    for other in (
        wheel_digest("scheme-tiny-works", "1.0.1", files, ["a", "b"]),
        wheel_digest("scheme-tiny-works", "1.0.0", files, ["a"]),
        wheel_digest("scheme-tiny-works", "1.0.0", files | {f"{w.PACKAGE}/RECORD": b""}, ["a", "b"]),
        wheel_digest("scheme-tiny-works", "1.0.0", files | {w.CATALOG: b""}, ["a", "b"]),
        wheel_digest("other", "1.0.0", files, ["a", "b"]),
    ):
        assert other != digest


def test_digests_are_what_they_say() -> None:
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert sha256_of(b"") == document_digest("") == empty
    assert logical_path("a-1.0.dist-info/METADATA") == "*.dist-info/METADATA"
    assert logical_path("a/b.py") == "a/b.py"
    assert logical_path("a-1.0.dist-info/RECORD") is None
