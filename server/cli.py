"""The command ``guantong``. Each command imports what it needs itself: the graph takes a second or two to import."""

import asyncio
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from core.errors import GuantongError
from core.permissions import Role
from server.account_commands import accounts, tokens
from server.plugin_commands import plugins, schemes
from server.settings import load_settings

EXIT_FAULT = 2

app = typer.Typer(
    help="贯通 Guantong: back office for crossing between the skill ladder and the ladder of titles.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
policy = typer.Typer(help="Policy packs (政策包).", no_args_is_help=True)
occupations = typer.Typer(help="The classification of occupations (职业分类).", no_args_is_help=True)
graph = typer.Typer(help="The GraphQL schema.", no_args_is_help=True)
documents = typer.Typer(help="Documents that a public installation answers (可信查询文档).", no_args_is_help=True)
app.add_typer(policy, name="policy")
app.add_typer(occupations, name="occupations")
app.add_typer(graph, name="schema")
app.add_typer(documents, name="documents")
app.add_typer(plugins, name="plugins")
app.add_typer(schemes, name="schemes")
app.add_typer(accounts, name="accounts")
app.add_typer(tokens, name="tokens")

Day = Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="Day (default: today).")]


def main() -> None:
    """Entry point: a coded error becomes one line on standard error and exit code 2."""
    try:
        app()
    except GuantongError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(EXIT_FAULT)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (default: 127.0.0.1).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (default: 8000).")] = None,
) -> None:
    """Serve GraphQL and GraphiQL until stopped."""
    settings = load_settings(host=host, port=port)
    from server.service import open_service
    from server.serving import run

    run(settings, open_service)


@app.command()
def migrate() -> None:
    """Create the database or bring it to the newest form."""
    from server.operations import migrate_database

    asyncio.run(migrate_database(load_settings()))


@app.command()
def demo(
    people: Annotated[int | None, typer.Option(metavar="N", help="And an invented city of N people around it.")] = None,
    seed: Annotated[int, typer.Option(min=0, max=65_535, help="Which city: the same again for the same seed.")] = 1,
) -> None:
    """Load the demonstration: an example scheme, invented people, an account a role. Does nothing when it is there."""
    from server.operations import load_crowd, load_demonstration

    settings = load_settings()
    asyncio.run(load_demonstration(settings))
    if people is not None:
        asyncio.run(load_crowd(settings, people, seed))


@app.command()
def token(
    role: Annotated[Role, typer.Argument(help="Whose rights the token carries.")],
    enterprise: Annotated[str | None, typer.Option(metavar="KEY", help="Key of the enterprise the role is of.")] = None,
    person: Annotated[str | None, typer.Option(metavar="ID", help="Id of the person, as an answer gave it.")] = None,
    authority: Annotated[
        str | None, typer.Option(metavar="NAME", help="Industry authority that an industry reviewer acts for.")
    ] = None,
    hours: Annotated[float, typer.Option(min=0.01, max=24 * 30, help="How long the token holds.")] = 12,
) -> None:
    """Print a signed demonstration token, for the header: Authorization: Bearer TOKEN."""
    from server.operations import print_token

    asyncio.run(print_token(load_settings(), role, enterprise, person, timedelta(hours=hours), authority))


@policy.command("show")
def policy_show(
    on: Day = None, as_json: Annotated[bool, typer.Option("--json", help="For programs: one JSON list.")] = False
) -> None:
    """List every policy value in force on a day, with clause and confidence."""
    from server.operations import show_policy

    show_policy(None if on is None else on.date(), as_json)


@occupations.command("import")
def occupations_import(
    file: Annotated[Path, typer.Argument(help="CSV or XLSX with a column 职业编码 and a column 职业名称.")],
    source: Annotated[str | None, typer.Option(help="Where the list is from (default: the file's name).")] = None,
    partial: Annotated[bool, typer.Option(help="Store the sound rows although others have errors.")] = False,
) -> None:
    """Import a classification of occupations. With an error in any row nothing is stored (exit code 1)."""
    from server.operations import import_occupations

    if not asyncio.run(import_occupations(load_settings(), file, source, partial)):
        raise typer.Exit(1)


@graph.command("export")
def schema_export() -> None:
    """Print the GraphQL schema in its definition language."""
    from schema.sdl import print_sdl

    sys.stdout.write(f"{print_sdl().strip()}\n")


@documents.command("add")
def documents_add(
    files: Annotated[list[Path], typer.Argument(help="GraphQL files, or manifests that a client tool wrote (.json).")],
) -> None:
    """Register documents in the manifest, and print their ids. With one that the schema does not answer, none."""
    from server.document_operations import add_documents

    add_documents(load_settings(), files)


@documents.command("list")
def documents_list(
    as_json: Annotated[bool, typer.Option("--json", help="For programs: one JSON list.")] = False,
) -> None:
    """List every trusted document with its operations and what they cost."""
    from server.document_operations import list_documents

    list_documents(load_settings(), as_json)


@app.command()
def replay(
    id_: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help="Id of the evaluation, or of the decision on an award (ContestDecision), as an answer gave it.",
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="For programs: one JSON document.")] = False,
) -> None:
    """Recompute an evaluation, or what an award led to (重放). Exit code 1: not equal; 2: nothing to replay from."""
    from server.replaying import replay_and_tell

    if not asyncio.run(replay_and_tell(load_settings(), id_, as_json)):
        raise typer.Exit(1)


@app.command()
def version() -> None:
    """Print the version."""
    from importlib.metadata import version as installed

    sys.stdout.write(f"guantong {installed('guantong')}\n")
