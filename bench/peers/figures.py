"""What was measured, as Markdown: a table a question, everything in short, and how the product's own figures grow."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from statistics import median
from typing import Literal

from bench.peers.questions import ALL, TITLES

IN_SHORT = "### In short"  # the documents command looks for it, for the README
IN_EARNEST = 200_000  # people: a smaller city shows that everything works, and says so


@dataclass(frozen=True, slots=True)
class Figures:
    """One server, one question, one round: ms that one client waits, requests a second by 16, CPU ms a request."""

    wait: float
    pace: float
    server: float
    database: float


# The product itself, the product under other conditions, a peer of it, or the floor.
Kind = Literal["product", "variant", "peer", "floor"]
Found = dict[str, dict[str, list[Figures]]]  # by question and name


@dataclass(frozen=True, slots=True)
class Server:
    """One that was asked."""

    name: str
    kind: Kind
    versions: str


@dataclass(frozen=True, slots=True)
class Measured:
    """One city on one database, and everything found there. ``database`` is its name with its version."""

    database: str
    people: int
    servers: Sequence[Server]
    found: Found
    leaves: dict[str, int] = field(default_factory=dict)
    depth: int = 0
    is_apart: bool = True  # the database works in processes of its own

    def middle(self, question: str) -> dict[str, Figures]:
        """Medians over rounds, by name."""
        parts = [part.name for part in fields(Figures)]
        return {
            name: Figures(*(median(getattr(one, part) for one in rounds) for part in parts))
            for name, rounds in self.found[question].items()
        }

    def fastest(self, question: str) -> str | None:
        """The peer with the most requests a second by 16 connections."""
        middle = self.middle(question)
        peers = [one.name for one in self.servers if one.kind == "peer" and one.name in middle]
        return max(peers, key=lambda name: middle[name].pace, default=None)

    def named(self, kind: str) -> str | None:
        return next((one.name for one in self.servers if one.kind == kind), None)


def _ratio(one: float, other: float | None) -> str:
    return f"{one / other:.2f} times" if other else ""


def _line(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _head(*names: str, left: int = 1) -> list[str]:
    return [_line(*names), _line(*["---"] * left, *["---:"] * (len(names) - left))]


def table(measured: Measured, question: str) -> str:
    """One question as a table; ratios are to the fastest peer, by requests a second with 16 connections."""
    middle, floor, fastest = measured.middle(question), measured.named("floor"), measured.fastest(question)
    about = f"{measured.leaves.get(question, 0)} scalars"
    about += f", after {measured.depth} pages" if question == "Q3" else ""
    names = ["server", "1 connection, ms", "16 connections, requests/s", "to the fastest peer", "server CPU, ms"]
    names += ["to the floor's", *(["database CPU, ms"] if measured.is_apart else [])]
    lines = [f"### {question}: {TITLES[question]} ({about})", "", *_head(*names)]
    for server in measured.servers:
        if (one := middle.get(server.name)) is None:
            lines.append(_line(server.name, "not offered", *[""] * (len(names) - 2)))
            continue
        cells = [f"{one.wait:.2f}", f"{one.pace:.1f}", _ratio(one.pace, middle[fastest].pace if fastest else None)]
        if one.server < 0:  # threads that ended meanwhile took their time with them
            cells += ["not told", ""]
        else:
            cells += [f"{one.server:.2f}", _ratio(one.server, middle[floor].server if floor in middle else None)]
        lines.append(_line(server.name, *cells, *([f"{one.database:.2f}"] if measured.is_apart else [])))
    return "\n".join([*lines, ""])


def in_short(measured: Measured) -> str:
    """What the README quotes: the product beside the fastest peer, and beside the floor."""
    product, floor = measured.named("product"), measured.named("floor")
    variants = [one.name for one in measured.servers if one.kind == "variant"]
    short = [name.partition(", ")[2] for name in variants]
    names = ("question", "requests/s, to the fastest peer", *short, "fastest peer", "server CPU, to SQL by hand")
    about = f"{measured.database}, {measured.people:,} people{_small(measured)}, 16 connections:"
    lines = [IN_SHORT, "", about, "", *_head(*names)]
    for question in ALL:
        middle, fastest = measured.middle(question), measured.fastest(question)
        if product not in middle or fastest is None:
            continue
        own = middle[product]
        by_hand = _ratio(own.server, middle[floor].server if floor in middle else None)
        paces = [_ratio(middle[name].pace, middle[fastest].pace) for name in (product, *variants)]
        lines.append(_line(f"{question}: {TITLES[question]}", *paces, fastest, by_hand))
    return "\n".join([*lines, ""])


def _small(measured: Measured) -> str:
    return "" if measured.people >= IN_EARNEST else " (a small run, from which nothing is claimed)"


def growth(cities: Sequence[Measured]) -> str:
    """How the product and its variants grow with a city on one database, in brackets as ratios to the smallest."""
    cities = sorted(cities, key=lambda one: one.people)
    own = [one.name for one in cities[0].servers if one.kind in ("product", "variant")]
    about = f"{cities[0].database}; in brackets to {cities[0].people:,} people{_small(cities[-1])}."
    return "\n".join(["### Growth", "", about, "", *(_grows(cities, name) for name in own)])


def _grows(cities: Sequence[Measured], name: str) -> str:
    smallest = cities[0]
    shown = ["wait", "pace", "server", *(["database"] if smallest.is_apart else [])]
    names = ["question", "people", "1 connection, ms", "16 connections, requests/s", "server CPU, ms"]
    lines = [f"**{name}**", "", *_head(*names, *(["database CPU, ms"] if smallest.is_apart else []))]
    for question in ALL:
        for city in cities:
            if name not in city.middle(question):
                continue
            one, first = city.middle(question)[name], smallest.middle(question)[name]
            asked = f"{question}, after {city.depth} pages" if question == "Q3" else question
            cells = [_grown(getattr(one, part), getattr(first, part)) for part in shown]
            lines.append(_line(asked, f"{city.people:,}", *cells))
    return "\n".join([*lines, ""])


def _grown(one: float, first: float) -> str:
    return f"{one:.2f} ({one / first:.2f})" if first else f"{one:.2f}"
