"""Commands of the audit of plugins (``guantong plugins``) and of filing schemes (``guantong schemes``).

Reading is the operator's. A step of a filing is taken by whoever the token names: the command line approves nothing by
itself. Each command imports what it needs itself.
"""

import asyncio
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from server.settings import load_settings

DAY = ["%Y-%m-%d"]
MOMENT = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d"]

plugins = typer.Typer(help="The audit of scheme plugins (方案插件审计).", no_args_is_help=True)
schemes = typer.Typer(help="Filing, review and activation of schemes (方案备案).", no_args_is_help=True)

Key = Annotated[str, typer.Argument(help="Key of the scheme.")]
Version = Annotated[str, typer.Argument(help="Version of the scheme.")]
Day = Annotated[datetime | None, typer.Option("--on", formats=DAY, help="Day (default: today).")]
Known = Annotated[
    datetime | None,
    typer.Option("--known-at", formats=MOMENT, help="Moment whose knowledge counts, Shanghai time (default: now)."),
]
AsJson = Annotated[bool, typer.Option("--json", help="For programs: one JSON document.")]
Token = Annotated[
    str, typer.Option("--token", envvar="GUANTONG_TOKEN", help="Who takes the step: a signed token.", show_envvar=True)
]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept in the audit log.")]
SchemeFile = Annotated[
    Path,
    typer.Argument(help="A wheel, a zip, a folder of scheme.toml and catalog, or a catalog workbook with --manifest."),
]
ManifestFile = Annotated[
    Path | None, typer.Option("--manifest", help="scheme.toml, where FILE is the catalog workbook alone.")
]
Marked = Annotated[
    Path | None, typer.Option("--marked", metavar="OUT", help="Write the catalog workbook with the findings in it.")
]
Digest = Annotated[str, typer.Option("--digest", help="Digest that was reviewed, or its first 12 characters or more.")]
Starts = Annotated[datetime | None, typer.Option("--from", formats=DAY, help="First day (default: today).")]
Ends = Annotated[datetime | None, typer.Option("--until", formats=DAY, help="First day after it (default: open).")]


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


@plugins.command("list")
def plugins_list(on: Day = None, known_at: Known = None, as_json: AsJson = False) -> None:
    """Every plugin: discovered, recorded, active; by which digest, approved by whom, with findings and faults."""
    from server.plugin_operations import list_plugins

    asyncio.run(list_plugins(load_settings(), _day(on), known_at, as_json))


@plugins.command("why")
def plugins_why(key: Key, on: Day = None, known_at: Known = None, as_json: AsJson = False) -> None:
    """Why a scheme runs on a day, or why it does not, version by version."""
    from server.plugin_operations import explain_plugin

    asyncio.run(explain_plugin(load_settings(), key, _day(on), known_at, as_json))


@plugins.command("history")
def plugins_history(key: Key, known_at: Known = None, as_json: AsJson = False) -> None:
    """Everything that was done to a scheme, by whom and why."""
    from server.plugin_operations import show_history

    asyncio.run(show_history(load_settings(), key, known_at, as_json))


@plugins.command("diff")
def plugins_diff(
    before: Annotated[datetime, typer.Argument(formats=DAY, help="The earlier day.")],
    after: Annotated[datetime, typer.Argument(formats=DAY, help="The later day.")],
    known_at: Known = None,
    as_json: AsJson = False,
) -> None:
    """What stands differently on the later day than on the earlier."""
    from server.plugin_operations import show_difference

    asyncio.run(show_difference(load_settings(), before.date(), after.date(), known_at, as_json))


@plugins.command("inspect")
def plugins_inspect(as_json: AsJson = False) -> None:
    """Hash every stored scheme that should run anew; faults begin and end with it. Something is broken: exit code 1."""
    from server.plugin_operations import inspect_plugins

    if not asyncio.run(inspect_plugins(load_settings(), as_json)):
        raise typer.Exit(1)


@plugins.command("jail")
def plugins_jail(as_json: AsJson = False) -> None:
    """Try the walls around the code of schemes on this host, by every forbidden act. They do not hold: exit code 2."""
    from server.jail_operations import show_jail

    asyncio.run(show_jail(as_json))


@schemes.command("check")
def schemes_check(
    file: SchemeFile,
    manifest: ManifestFile = None,
    on: Day = None,
    as_json: AsJson = False,
    marked: Marked = None,
    records: Annotated[
        bool, typer.Option("--records", help="Check the pilot list, the authorities and keys in the database as well.")
    ] = False,
    occupations: Annotated[
        Path | None, typer.Option("--occupations", help="Classification of occupations beyond the shipped ones.")
    ] = None,
    nonce: Annotated[
        str | None, typer.Option("--nonce", help="Try computed facts with the evidence that this chose before.")
    ] = None,
) -> None:
    """Verify a scheme as the bureau will, at home: no database, no token. Rejected: exit code 1."""
    from server.scheme_operations import CheckOptions, check

    options = CheckOptions(_day(on), load_settings() if records else None, as_json, marked, occupations, nonce)
    if not asyncio.run(check(file, manifest, options)):
        raise typer.Exit(1)


@schemes.command("schema")
def schemes_schema(
    part: Annotated[
        Literal["manifest", "catalog", "cases"],
        typer.Argument(help="manifest: scheme.toml; catalog: catalog.toml; cases: tests/cases.toml."),
    ] = "manifest",
) -> None:
    """Print the JSON Schema of what an author writes, for editors that complete and check TOML."""
    from plugins.form_schema import Part, written

    sys.stdout.write(written(Part(part)))


@schemes.command("findings")
def schemes_findings(key: Key, version: Version, as_json: AsJson = False, marked: Marked = None) -> None:
    """What the newest verification of a registered version found."""
    from server.scheme_operations import show_findings

    asyncio.run(show_findings(load_settings(), key, version, as_json, marked))


@schemes.command("register")
def schemes_register(file: SchemeFile, reason: Reason, token: Token, manifest: ManifestFile = None) -> None:
    """Store, verify and draft a scheme of the enterprise. Rejected by verification: exit code 1."""
    from server.scheme_operations import register

    if not asyncio.run(register(load_settings(), token, file, manifest, reason)):
        raise typer.Exit(1)


def _step(step: str, token: str, named: tuple[str, str], reason: str, **given: Any) -> None:
    from server.plugin_operations import take_step

    asyncio.run(take_step(load_settings(), token, step, named, reason, given))


@schemes.command("verify")
def schemes_verify(key: Key, version: Version, reason: Reason, token: Token) -> None:
    """Verify a version again, against the policy of today."""
    _step("verify", token, (key, version), reason)


@schemes.command("submit")
def schemes_submit(key: Key, version: Version, reason: Reason, token: Token) -> None:
    """Submit a draft, as the enterprise."""
    _step("submit", token, (key, version), reason)


@schemes.command("countersign")
def schemes_countersign(key: Key, version: Version, digest: Digest, reason: Reason, token: Token) -> None:
    """Countersign a submitted version (会签), as the industry authority that it names."""
    _step("countersign", token, (key, version), reason, digest=digest)


@schemes.command("record")
def schemes_record(
    key: Key,
    version: Version,
    digest: Digest,
    number: Annotated[str, typer.Option("--number", help="Number of the record (备案编号).")],
    starts: Annotated[datetime, typer.Option("--from", formats=DAY, help="Day from which it takes effect.")],
    reason: Reason,
    token: Token,
) -> None:
    """Put a countersigned version on record (备案), as the bureau."""
    _step("record", token, (key, version), reason, digest=digest, record_number=number, effective_from=starts.date())


@schemes.command("return")
def schemes_return(
    key: Key,
    version: Version,
    comment: Annotated[list[str], typer.Option("--comment", metavar="CLAUSE=TEXT", help="A comment on a clause.")],
    reason: Reason,
    token: Token,
) -> None:
    """Return a version to its enterprise with comments by clause; what was approved is void."""
    _step("return", token, (key, version), reason, comments=comment)


@schemes.command("activate")
def schemes_activate(
    key: Key, version: Version, reason: Reason, token: Token, starts: Starts = None, ends: Ends = None
) -> None:
    """Switch a recorded version on."""
    _step("activate", token, (key, version), reason, starts=_day(starts), ends=_day(ends))


@schemes.command("suspend")
def schemes_suspend(
    key: Key, version: Version, reason: Reason, token: Token, starts: Starts = None, ends: Ends = None
) -> None:
    """Hold an active version; from today, it takes effect with the next request."""
    _step("suspend", token, (key, version), reason, starts=_day(starts), ends=_day(ends))


@schemes.command("retire")
def schemes_retire(key: Key, version: Version, reason: Reason, token: Token, starts: Starts = None) -> None:
    """Retire a version for good."""
    _step("retire", token, (key, version), reason, starts=_day(starts))


@schemes.command("unretire")
def schemes_unretire(key: Key, version: Version, reason: Reason, token: Token) -> None:
    """Take back a retirement whose first day has not come (撤回停用)."""
    _step("unretire", token, (key, version), reason)


@schemes.command("withdraw")
def schemes_withdraw(key: Key, version: Version, digest: Digest, reason: Reason, token: Token) -> None:
    """Take a version off the record again before its first day comes (撤回备案); its countersignature stands."""
    _step("withdraw", token, (key, version), reason, digest=digest)


@schemes.command("release")
def schemes_release(key: Key, version: Version, reason: Reason, token: Token) -> None:
    """Lift the technical quarantine of a version."""
    _step("release", token, (key, version), reason)
