"""What may break a client: found in planted changes, told in words that say what to do, accepted with a reason only."""

from datetime import date
from pathlib import Path

import pytest
from graphql import build_schema

from schema.compatibility import Accepted, Released, read_accepted, refusals
from schema.releasing import FOLDER, main

DAY = date(2026, 3, 2)
LATER = date(2027, 1, 1)
SDL = """type Query {
  people(first: Int, level: Level = HIGH): [Person!]!
  search(wanted: Wanted): Either
}
type Person implements Named { name: String! age: Int born: Int @deprecated(reason: "REASON") }
interface Named { name: String! }
type Firm { name: String! }
union Either = Person | Firm
enum Level { HIGH LOW }
input Wanted { name: String level: Level }
"""
REASON = "Use Person.age instead; deprecated since 2026-03-02, may go from 2026-09-01. 请改用年龄"
OLD = SDL.replace("REASON", REASON)
ACCEPT = "Add to the schema instead, or accept it with a reason in schema/accepted_changes.toml"
DEPRECATE = (
    "Deprecate it first; what cannot wait is accepted with a reason and urgent = true in schema/accepted_changes.toml"
)


def refused(
    *changes: tuple[str, str], accepted: tuple[Accepted, ...] = (), today: date = DAY, old: str = OLD
) -> list[str]:
    """What is said of the old schema with some of its text replaced."""
    new = old
    for before, after in changes:
        assert before in new
        new = new.replace(before, after)
    released = Released.read(Released.written(old, DAY))
    return list(refusals(released, build_schema(new), {one.what: one for one in accepted}, today))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("age: Int", "age: Int height: Int"),
        ("age: Int", "age(inMonths: Boolean): Int"),
        ("age: Int", "age: Int!"),
        ("input Wanted { name: String", "input Wanted { name: String post: String"),
        ("type Query {", "type More { name: String! }\ntype Query {"),
        ("type Firm", '"""A firm. 企业"""\ntype Firm'),
        (f' @deprecated(reason: "{REASON}")', ""),
    ],
)
def test_what_only_adds_is_let_through(before: str, after: str) -> None:
    assert refused((before, after)) == []


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("age: Int", "age: String", "Field Person.age changed type from Int to String."),
        ("Firm { name: String!", "Firm { name: String", "Field Firm.name changed type from String! to String."),
        ("first: Int,", "first: Int!,", "Argument Query.people(first:) has changed type from Int to Int!."),
        ("{ name: String level", "{ name: String! level", "Field Wanted.name changed type from String to String!."),
        ("first: Int,", "first: Int, of: ID!,", "A required argument Query.people(of:) was added."),
        ("input Wanted {", "input Wanted { of: ID!", "A required field Wanted.of was added."),
        ("= HIGH", "= LOW", "Query.people(level:) has changed defaultValue from HIGH to LOW."),
        ("HIGH LOW", "HIGH LOW MIDDLE", "Enum value Level.MIDDLE was added."),
        ("union Either = Person | Firm", "union Either = Person", "Firm was removed from union type Either."),
        ("type Firm {", "type Firm implements Named {", "Named added to interfaces implemented by Firm."),
    ],
)
def test_what_may_break_a_client_needs_a_reason(before: str, after: str, message: str) -> None:
    assert refused((before, after)) == [f"{message} {ACCEPT}"]
    accepted = Accepted(what=message, reason="An invented reason that is long enough")
    assert refused((before, after), accepted=(accepted,)) == []


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (" age: Int", "", "Field Person.age was removed."),
        ("HIGH LOW", "HIGH", "Enum value Level.LOW was removed."),
        ("first: Int, ", "", "Argument Query.people(first:) was removed."),
        ("String level: Level", "String", "Field Wanted.level was removed."),
    ],
)
def test_what_is_removed_was_deprecated_before(before: str, after: str, message: str) -> None:
    old = SDL.replace(' born: Int @deprecated(reason: "REASON")', "")
    assert refused((before, after), old=old) == [f"{message} {DEPRECATE}"]
    plain = Accepted(what=message, reason="An invented reason that is long enough")
    assert refused((before, after), old=old, accepted=(plain,)) == [f"{message} {DEPRECATE}"]
    urgent = plain.model_copy(update={"urgent": True})
    assert refused((before, after), old=old, accepted=(urgent,)) == []


def test_what_is_promised_stays_until_its_day() -> None:
    gone = (f' born: Int @deprecated(reason: "{REASON}")', "")
    assert refused(gone, today=date(2026, 8, 31)) == ["Field Person.born was removed. It is promised until 2026-09-01"]
    assert refused(gone, today=date(2026, 9, 1)) == []


@pytest.mark.parametrize(
    ("reason", "fault"),
    [
        (
            "It is old. 已过时",
            "Person.age: the reason of a deprecation is written 'Use Type.field instead; deprecated since YYYY-MM-DD, "
            "may go from YYYY-MM-DD. 中文说明', not 'It is old. 已过时'",
        ),
        (
            "Use Person.name instead; deprecated since 2026-03-02, may go from 2026-08-28. 请改用姓名",
            "Person.age: stays at least 180 days: may go from 2026-08-29, not from 2026-08-28",
        ),
        (
            "Use Person.years instead; deprecated since 2026-03-02, may go from 2026-12-01. 请改用年龄",
            "Person.age: Person.years, to be used instead, is not in the schema",
        ),
        (
            "Use Nobody.years instead; deprecated since 2026-03-02, may go from 2026-12-01. 请改用年龄",
            "Person.age: Nobody.years, to be used instead, is not in the schema",
        ),
        (
            "Use Person.born instead; deprecated since 2026-03-02, may go from 2026-12-01. 请改用出生年",
            "Person.age: Person.born, to be used instead, is deprecated itself",
        ),
        (
            "Use Person.name instead; deprecated since 2026-03-01, may go from 2026-12-01. 请改用姓名",
            "Person.age: was not deprecated in what was released on 2026-03-02, so not since 2026-03-01 either",
        ),
    ],
)
def test_a_deprecation_names_what_to_use_and_how_long_it_stays(reason: str, fault: str) -> None:
    # Without a fault of its own: what replaces the field that was deprecated before.
    old = SDL.replace("REASON", REASON.replace("Person.age", "Person.name"))
    assert refused(("age: Int", f'age: Int @deprecated(reason: "{reason}")'), old=old) == [fault]


def test_a_deprecation_without_a_reason_is_a_fault() -> None:
    (fault,) = refused(("HIGH LOW", "HIGH LOW @deprecated"))
    assert fault.startswith("Level.LOW: the reason of a deprecation is written ")


def test_a_deprecation_in_its_form_is_let_through() -> None:
    reason = "Use Level.HIGH instead; deprecated since 2026-03-02, may go from 2026-08-29. 请改用高级"
    assert refused(("HIGH LOW", f'HIGH LOW @deprecated(reason: "{reason}")')) == []


def test_a_day_that_was_promised_is_not_brought_forward() -> None:
    assert refused(("2026-09-01", "2026-08-31")) == [
        "Person.born: was promised until 2026-09-01, which cannot be brought forward to 2026-08-31"
    ]
    assert refused(("2026-09-01", "2026-12-01")) == []


def test_what_is_accepted_and_not_done_is_told() -> None:
    one = Accepted(what="Enum value Level.MIDDLE was added.", reason="An invented reason that is long enough")
    assert refused(accepted=(one,)) == [f"schema/accepted_changes.toml accepts what is not changed: {one.what}"]


@pytest.mark.parametrize("text", ['[[change]]\nwhat = "x"', '[[change]]\nwhat = "x"\nreason = "because"', "[other]"])
def test_a_change_is_accepted_for_a_reason_only(text: str) -> None:
    with pytest.raises(ValueError, match="validation error"):
        read_accepted(text)


def test_what_was_released_says_when() -> None:
    with pytest.raises(ValueError, match="does not begin with '# Released on YYYY-MM-DD"):
        Released.read(OLD)


def test_the_schema_may_follow_what_was_released(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0, capsys.readouterr().err


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A schema with a value more than the released one, which is accepted."""
    (tmp_path / "released.graphql").write_text(Released.written(OLD, DAY), "utf-8")
    (tmp_path / "schema.graphql").write_text(OLD.replace("HIGH LOW", "HIGH LOW MIDDLE"), "utf-8")
    head = (FOLDER / "accepted_changes.toml").read_text("utf-8").partition("\n[[")[0]
    entry = '\n[[change]]\nwhat = "Enum value Level.MIDDLE was added."\nreason = "An invented reason, long enough"\n'
    (tmp_path / "accepted_changes.toml").write_text(head + entry, "utf-8")
    return tmp_path


def test_a_release_moves_forward_and_forgets_what_was_accepted(folder: Path) -> None:
    assert main(["--check"], folder, LATER) == 0
    assert (folder / "released.graphql").read_text("utf-8") == Released.written(OLD, DAY)
    assert main([], folder, LATER) == 0
    released = (folder / "released.graphql").read_text("utf-8")
    assert released.startswith("# Released on 2027-01-01.")
    assert released.endswith((folder / "schema.graphql").read_text("utf-8"))
    left = (folder / "accepted_changes.toml").read_text("utf-8")
    assert left.startswith("# What differs")
    assert read_accepted(left) == {}
    assert main(["--check"], folder, LATER) == 0


def test_nothing_is_released_that_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "accepted_changes.toml").write_text("# none\n", "utf-8")
    assert main([], folder, LATER) == 1
    assert capsys.readouterr().err == f"Enum value Level.MIDDLE was added. {ACCEPT}\n"
    assert (folder / "released.graphql").read_text("utf-8") == Released.written(OLD, DAY)
