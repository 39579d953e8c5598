"""``guantong replay`` on a fresh demonstration: every evaluation is equal, and what is changed in storage is told."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from schema.ids import encode_id
from server.demonstration.form import read_city
from server.settings import load_settings
from tests.server.tools import Terminal

EQUAL = "评价记录一致 / record equal\n资格判定一致 / decision equal\n"


class Base:
    """The database of an installation, without the product between."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def ask(self, statement: str, *values: object) -> list[str]:
        """The first column of every row."""
        with closing(sqlite3.connect(self.path)) as connection, connection:
            return [row[0] for row in connection.execute(statement, values)]


@pytest.fixture
def base(terminal: Terminal) -> Base:
    return Base(load_settings().home / "guantong.db")


@pytest.fixture
def evaluations(base: Base) -> list[str]:
    """Those that the example shipyard decided before it held rounds."""
    return base.ask("SELECT id FROM evaluation WHERE origin = 'import' ORDER BY decided_on, id")


def test_every_evaluation_of_the_demonstration_is_equal(terminal: Terminal, evaluations: list[str]) -> None:
    assert len(evaluations) == len(read_city().evaluation)
    told = [terminal.run("replay", one) for one in evaluations]
    assert told == [
        EQUAL + "职称评分一致 / title score equal\n",
        EQUAL + "技能评分一致 / skill score equal\n",
        EQUAL + "技能评分一致 / skill score equal\n",
    ]


def test_what_came_of_rounds_and_contests_is_equal_too(terminal: Terminal, base: Base) -> None:
    rounds = base.ask("SELECT id FROM evaluation WHERE origin = 'round'")
    contests = base.ask("SELECT id FROM evaluation WHERE origin = 'contest'")
    assert (len(rounds), len(contests)) == (3, 1)
    both = EQUAL + "技能评分一致 / skill score equal\n职称评分一致 / title score equal\n"
    assert [terminal.run("replay", one) for one in (*rounds, *contests)] == [both, both, both, EQUAL]


def test_what_was_granted_on_awards_is_equal_by_its_own_id(terminal: Terminal, base: Base) -> None:
    granted = base.ask("SELECT id FROM contest_decision WHERE granted ORDER BY id")
    assert len(granted) == 4
    assert [terminal.run("replay", one) for one in granted] == [EQUAL] * 4
    assert terminal.run("replay", encode_id("ContestDecision", _dashed(granted[0]))) == EQUAL
    refused = base.ask(
        "UPDATE contest_decision SET granted = 0, decision_digest = NULL WHERE id = ? RETURNING id", granted[0]
    )
    assert refused == [granted[0]]
    terminal.run("replay", granted[0], code=2)
    assert terminal.err.startswith("NOT_FOUND 没有此以赛代评的决定，或无权操作；请核对标识")
    base.ask("UPDATE contest_decision SET decided_on = '2026-11-01' WHERE id = ?", granted[1])
    shown = terminal.run("replay", granted[1], code=1)
    assert shown.startswith("评价记录不一致 / record different\n资格判定一致 / decision equal\n")


def test_every_application_of_the_demonstration_keeps_its_decision(base: Base) -> None:
    applied = base.ask("SELECT decision_digest FROM application")
    kept = base.ask("SELECT digest FROM snapshot WHERE kind = 'decision'")
    assert len(set(applied)) == len(applied) > 0
    assert set(applied) <= set(kept)


def test_ids_are_taken_as_answers_give_them(terminal: Terminal, evaluations: list[str]) -> None:
    by_answer = terminal.json("replay", encode_id("Evaluation", _dashed(evaluations[0])))
    assert by_answer == terminal.json("replay", evaluations[0])
    assert by_answer == {
        "equal": True,
        "engine": "eligibility 1",
        "running": "eligibility 1",
        "parts": [{"part": one, "equal": True, "differences": []} for one in ("record", "decision", "title_score")],
    }
    terminal.run("replay", encode_id("Person", _dashed(evaluations[0])), code=2)
    assert terminal.err.startswith("BAD_ARGUMENT 此处需要 Evaluation 或 ContestDecision 的标识，收到的是 Person 的标识")
    terminal.run("replay", "0" * 32, code=2)
    assert terminal.err.startswith("NOT_FOUND 没有此评价，或无权操作；请核对标识")


def _dashed(id_: str) -> str:
    return "-".join((id_[:8], id_[8:12], id_[12:16], id_[16:20], id_[20:]))


def test_a_difference_is_told_by_path_with_both_values(terminal: Terminal, base: Base, evaluations: list[str]) -> None:
    base.ask("UPDATE evaluation SET engine_version = 'eligibility 0' WHERE id = ?", evaluations[0])
    base.ask("UPDATE score SET points = 75 WHERE evaluation_id = ? AND criterion = 'work_performance'", evaluations[0])
    shown = terminal.run("replay", evaluations[0], code=1)
    assert shown.startswith("评价记录不一致 / record different\n资格判定一致 / decision equal\n")
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in shown.splitlines() if line.startswith("│")]
    assert rows == [
        ["evaluation.basis.engine", '"eligibility 0"', '"eligibility 1"'],
        ["evaluation.points.title.work_performance[0]", "75", "74"],
    ]
    found = terminal.run("replay", evaluations[0], "--json", code=1)
    assert '"path": "evaluation.points.title.work_performance[0]"' in found
    assert terminal.json("replay", evaluations[1])["equal"]


def test_changed_bytes_are_told_and_so_is_what_was_erased(
    terminal: Terminal, base: Base, evaluations: list[str]
) -> None:
    """One digit of one policy value; the facts of one person."""
    [policy] = base.ask("SELECT content FROM snapshot WHERE kind = 'policy'")
    base.ask("UPDATE snapshot SET content = ? WHERE kind = 'policy'", policy.replace('"years":2', '"years":1', 1))
    terminal.run("replay", evaluations[0], code=2)
    assert terminal.err.startswith("DIGEST_MISMATCH 政策包快照的摘要应为 ")
    base.ask("UPDATE snapshot SET content = ? WHERE kind = 'policy'", policy)
    terminal.run("replay", evaluations[0])
    [facts] = base.ask("SELECT facts_digest FROM evaluation WHERE id = ?", evaluations[0])
    base.ask("DELETE FROM snapshot WHERE digest = ?", facts)
    terminal.run("replay", evaluations[0], code=2)
    assert terminal.err.startswith(f"NOT_FOUND 没有摘要为 {facts} 的个人事实快照：从未保存，或已删除；不能据以重放 / ")
    assert terminal.err.count("\n") == 1


def test_a_database_of_an_older_form_is_named(terminal: Terminal, base: Base, evaluations: list[str]) -> None:
    base.ask("UPDATE alembic_version SET version_num = '0003'")
    terminal.run("replay", evaluations[0], code=2)
    assert terminal.err.startswith("DATABASE_OUTDATED")
