"""The whole way of a wheel full of traps through the service, watched: run as a program in a process of its own.

    python -B -m tests.schema.watched_way FOLDER

First a wheel without harm takes the way, so that whatever the libraries import or compile once is there before anybody
watches. Prints what was seen as JSON; at its end the traps are set off on purpose, to show that they would be seen.
"""

import asyncio
import importlib
import io
import json
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from types import CodeType
from typing import Any

from core.models import EvidenceItem
from core.services.artifacts import Upload
from core.storage.database import Database
from core.storage.migrate import upgrade
from core.storage.row_scope import EVERY_ROW
from plugins.registry import StoredSchemes
from plugins.verifier import SchemeVerifier
from schema.service import GraphQLService
from tests import builders
from tests.plugins.hostile import traps
from tests.schema import rows
from tests.schema.conftest import Graph
from tests.schema.plugin_world import REGISTER, WELDER, World

MARKER = "TRAP_9f3b2c"
RUNS = {"import", "compile", "exec", "marshal.loads", "code.__new__", "function.__new__"}
OUTWARD = ("os.", "shutil.", "subprocess.", "socket.", "tempfile.", "ctypes.", "pty.", "urllib.", "winreg.", "glob.")
AUDIT = """query($on: Date!, $next: Date!, $key: String!) {
  plugins(asOf: $on) { edges { node { wheel { schemeKey state } isActive } } }
  activeSchemes(on: $on) { edges { node { wheel { schemeKey } } } }
  pluginHistory(key: $key) { edges { node { tag } } }
  pluginChanges(from: $on, to: $next) { edges { node { plugin { version } } } }
}"""
OPEN = """query($on: Date!) { people { edges { node { name
  opportunities(asOf: $on) { offeredBy { schemeKey } }
} } } }"""
CHANGES = """query($one: ID!, $two: ID!) {
  schemeDiff(from: $one, to: $two) { changes { kind } }
  schemeImpact(version: $one) { people }
}"""


@dataclass
class Watch:
    """What was seen: events that run or reach out, and modules that were looked for."""

    events: list[str] = field(default_factory=list)
    looked_for: list[str] = field(default_factory=list)
    is_on: bool = False

    def audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.is_on and (event in RUNS or event == "open" or event.startswith(OUTWARD)):
            self.events.append(f"{event} {_shown(arguments)}")

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        if self.is_on:
            self.looked_for.append(name)


def _shown(arguments: tuple[Any, ...]) -> str:
    """The arguments, a code object by the names within it."""
    parts = (one.co_names + one.co_consts if isinstance(one, CodeType) else one for one in arguments)
    return repr(tuple(parts))[:300]


@dataclass
class Way:
    """One enterprise whose scheme goes from registration to suspension, with a worker who asks what is open."""

    graph: Graph
    schemes: StoredSchemes
    world: World
    key: str

    async def go(self, source: str) -> dict[str, Any]:
        """What was answered along the way."""
        told: dict[str, Any] = {}
        filename, content = traps.wheel(self.key, self.world.owner.uscc, source)
        told["registered"] = await self.register(filename, content)
        told["refused"] = await self.register(*self.with_startup_files(source))
        await self.world.submit()
        await self.world.countersign()
        await self.world.record(number=f"示例{self.key}")
        await self.world.switch("activate")
        told["open"] = await self.offered()
        told["audit"] = await self.audit()
        id_ = self.world.filings["1.0.0"]["id"]
        told["changes"] = await self.graph.ask(CHANGES, one=id_, two=id_)
        await self.world.switch("suspend")
        told["suspended"] = await self.offered()
        return told

    async def register(self, filename: str, content: bytes) -> dict[str, Any]:
        result = await self.world.do(REGISTER, self.world.admin, file=Upload(filename=filename, content=content))
        return {
            "accepted": result["isAccepted"],
            "codes": sorted({one["code"] for one in result["findings"] if one["severity"] == "ERROR"}),
        }

    def with_startup_files(self, source: str) -> tuple[str, bytes]:
        """The same wheel with files that would run whenever Python starts."""
        more = {f"scheme_{self.key}.pth": f"import scheme_{self.key}\n", "sitecustomize.py": source}
        return traps.wheel(self.key, self.world.owner.uscc, source, more)

    async def offered(self) -> list[str]:
        """The schemes by which the worker may apply for something, once the registry has followed."""
        async with self.graph.database.read(EVERY_ROW) as session:
            assert await self.schemes.refresh(session) == ()
        data = await self.graph.ask(OPEN, on=self.day.isoformat())
        nodes = (edge["node"] for edge in data["people"]["edges"])
        ways = (one["offeredBy"] for node in nodes if node["name"] == self.key for one in node["opportunities"])
        return sorted({way["schemeKey"] for way in ways if way})

    async def audit(self) -> list[tuple[str, str, bool]]:
        next_day = self.day + timedelta(days=1)
        data = await self.graph.ask(AUDIT, on=self.day.isoformat(), next=next_day.isoformat(), key=self.key)
        mine = (row for edge in data["plugins"]["edges"] if (row := edge["node"])["wheel"]["schemeKey"] == self.key)
        return sorted((self.key, row["wheel"]["state"], row["isActive"]) for row in mine)

    @property
    def day(self) -> date:
        return self.graph.clock.moment.date()


async def way(graph: Graph, schemes: StoredSchemes, key: str) -> Way:
    """A listed enterprise with both authorities, and a technician of it who has waited long enough."""
    owner, person = builders.enterprise(key=key), builders.person(name=key)
    await graph.add(
        owner,
        person,
        rows.listing(owner),
        rows.authority(owner, series=None),
        rows.skill_authority(owner, occupation=None),
        builders.employment(person, owner, occupation=WELDER),
        builders.credential(person, level="skill:technician", occupation=WELDER, awarded_on=date(2020, 1, 1)),
        EvidenceItem(person_id=person.id, key="improvements", amount=2, since=date(2024, 1, 1)),
    )
    return Way(graph, schemes, World(graph, owner), key)


async def run(folder: Path, watch: Watch) -> dict[str, Any]:
    url = f"sqlite:///{folder / 'way.db'}"
    await upgrade(url)
    graph = Graph(Database(url))
    schemes = StoredSchemes(SchemeVerifier(graph.verifier.vocabulary).read)
    graph.service = GraphQLService(graph.deps(schemes=schemes))
    harmless, trapped = await way(graph, schemes, "plain_works"), await way(graph, schemes, "trap_works")
    expected = await harmless.go('"""Nothing."""\n')
    before = _surroundings()
    watch.is_on = True
    told = await trapped.go(traps.loud(MARKER, folder / "trap"))
    watch.is_on = False
    same = before == _surroundings()
    await graph.database.dispose()
    return {"told": told, "plain": expected, "same": same, "ran": (folder / "trap").exists()}


def _surroundings() -> tuple[Any, ...]:
    """Where Python looks for code, what it has loaded, and what lies in the folder for temporary files."""
    there = sorted(path.name for path in Path(tempfile.gettempdir()).iterdir() if not path.name.startswith("way.db"))
    return list(sys.path), list(sys.path_hooks), sorted(sys.modules), sorted(sys.path_importer_cache), there


def set_off(folder: Path, watch: Watch) -> Iterator[tuple[str, bool]]:
    """Every trap on purpose, and whether the watch has seen it."""
    _, content = traps.wheel("trap_works", builders.credit_code(), traps.loud(MARKER, folder / "trap"))
    there = folder / "installed"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(there)
    sys.path.insert(0, str(there))
    for module in ("scheme_trap_works", "scheme_trap_works.hooks"):
        yield f"import {module}", _seen(watch, lambda module=module: importlib.import_module(module))  # type: ignore[misc]
    source = traps.loud(MARKER, folder / "trap")
    yield "exec", _seen(watch, lambda: exec(source, {}))
    yield "compile", _seen(watch, lambda: compile(source, "hooks.py", "exec"))
    yield "unpacked", _seen(watch, lambda: (folder / "hooks.py").write_text(source))
    yield "the trap", (folder / "trap").read_text() == MARKER


def _seen(watch: Watch, deed: Any) -> bool:
    watch.events.clear()
    watch.looked_for.clear()
    watch.is_on = True
    try:
        deed()
    except SystemExit:
        pass
    finally:
        watch.is_on = False
    return bool(watch.events)


def main(folder: Path) -> None:
    watch = Watch()
    sys.meta_path.insert(0, watch)  # type: ignore[arg-type]
    sys.addaudithook(watch.audit)
    found = asyncio.run(run(folder, watch))
    seen = {"events": list(watch.events), "looked_for": list(watch.looked_for)}
    json.dump(found | seen | {"control": dict(set_off(folder, watch))}, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
