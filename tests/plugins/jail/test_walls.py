"""The walls: which stand as whom, what they forbid, what the self-test does, and what is said where they do not."""

import json
import struct
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import ErrorCode, GuantongError
from plugins.jail.acts import ACTS
from plugins.jail.host import BOOT, FLAGS, Child, Setup, ZygoteProcess
from plugins.jail.jail import Jail
from plugins.jail.kernel import MACHINE, NUMBERS
from plugins.jail.layers import ALL, REQUIRED, Layer, Layers
from plugins.jail.locking import ANSWER, REQUEST
from plugins.jail.opening import NoJail, open_jail, open_jail_or_none, self_test
from plugins.jail.seccomp import ALLOW, ALLOWED, ARCHITECTURES, KILL_PROCESS, program
from tests.plugins.jail.calls import PATIENT, SCORER, points_of, scoring
from tests.plugins.jail.conftest import Attackeds

pytestmark = pytest.mark.anyio
NO_WALLS = Setup(layers=frozenset({Layer.DIES_WITH_PARENT}))
BASE = "Python of schemes does not run on this host, declared and frozen schemes go on; use Linux (x86_64 or aarch64, "
BASE += "kernel 5.3 or newer), in a container that allows prctl and seccomp (Docker's default profile does)"


@pytest.fixture(scope="module")
async def jail(anyio_backend: str) -> AsyncIterator[Jail]:
    async with open_jail(PATIENT) as jail:
        yield jail


@pytest.fixture(scope="module")
async def open_house(anyio_backend: str) -> AsyncIterator[Jail]:
    """The same without walls."""
    jail = Jail(NO_WALLS)
    yield jail
    await jail.close()


@pytest.mark.parametrize("act", ACTS)
async def test_a_forbidden_act_is_refused(jail: Jail, act: str) -> None:
    was_refused, layers = await jail.try_act(act)
    assert was_refused
    assert layers.in_force >= REQUIRED


@pytest.mark.parametrize("act", ACTS)
async def test_without_walls_it_is_seen_not_to_be(open_house: Jail, act: str) -> None:
    was_refused, layers = await open_house.try_act(act)
    assert not was_refused
    assert layers.in_force == {Layer.DIES_WITH_PARENT}


@pytest.mark.parametrize("layer", sorted(REQUIRED - {Layer.NO_NEW_PRIVILEGES}))
async def test_a_wall_that_must_stand_is_demanded(layer: Layer) -> None:
    with pytest.raises(GuantongError) as caught:
        async with open_jail(Setup(layers=ALL - {layer})):
            pass
    assert caught.value.code is ErrorCode.JAIL_UNAVAILABLE
    assert caught.value.message.en == (
        f"the jail does not hold: walls that must stand do not ({layer}: switched off). {BASE}"
    )
    assert caught.value.message.zh.startswith(f"隔离不成立：缺少必需的隔离层（{layer}: switched off）。")
    assert "声明式与已固化的方案不受影响" in caught.value.message.zh


async def test_without_no_new_privileges_there_is_no_filter_either() -> None:
    with pytest.raises(GuantongError, match="walls that must stand do not"):
        async with open_jail(Setup(layers=ALL - {Layer.NO_NEW_PRIVILEGES})):
            pass


async def test_acts_that_are_not_refused_are_named() -> None:
    """A zygote that says that all its walls stand, and has none."""
    jail = Jail(NO_WALLS)
    try:
        zygote = await jail.zygote()
        zygote.layers = dict.fromkeys(Layer, "")
        jail._layers = lambda child, zygote: _believed(jail, child, zygote)  # type: ignore[method-assign]
        with pytest.raises(GuantongError) as caught:
            await self_test(jail)
    finally:
        await jail.close()
    assert f"in its self-test these were not refused: {', '.join(ACTS)}. {BASE}" in caught.value.message.en
    assert f"自检未通过，下列行为未被拒绝：{', '.join(ACTS)}。" in caught.value.message.zh


async def _believed(jail: Jail, child: Child, zygote: ZygoteProcess) -> Layers:
    await Jail._layers(jail, child, zygote)
    return Layers(ALL)


async def test_where_none_holds_the_rest_goes_on_and_calls_are_refused() -> None:
    async with open_jail_or_none(Setup(python="/nowhere/python")) as runner:
        assert isinstance(runner, NoJail)
        with pytest.raises(GuantongError) as caught:
            await runner.run(scoring())
    assert caught.value.code is ErrorCode.JAIL_UNAVAILABLE
    assert "its process did not start (/nowhere/python: No such file or directory)" in caught.value.message.en
    async with open_jail_or_none(PATIENT) as runner:
        assert (await runner.run(scoring())).points == (40,)


async def test_what_kept_it_from_starting_is_told() -> None:
    with pytest.raises(GuantongError) as caught:
        async with open_jail(Setup(path=())):
            pass
    assert "its process did not start (ModuleNotFoundError: No module named 'plugins')" in caught.value.message.en


@pytest.mark.parametrize(
    ("identity", "missing"),
    [("root", set()), ("user", {"own_user"}), ("container", {"namespaces"})],
    ids=["root", "user", "container"],
)
async def test_layers_that_cannot_be_had_are_told_with_the_reason(
    attacked: Attackeds, identity: str, missing: set[str]
) -> None:
    """Others may be missing on an older kernel or a stricter host, and are told as well."""
    found = attacked[identity].ask(test="self")
    assert found["code"] is None, found["message"]
    assert set(found["in_force"]) >= set(REQUIRED)
    assert set(found["missing"]) >= missing
    assert set(found["in_force"]) | set(found["missing"]) == {layer.value for layer in Layer}
    assert all(found["missing"].values())
    if identity == "container":
        assert found["missing"]["namespaces"] == "PermissionError: [Errno 1] Operation not permitted"


async def test_where_no_filter_can_be_set_it_is_refused_and_said_so(attacked: Attackeds) -> None:
    found = attacked["no seccomp"].ask(test="self")
    assert found["code"] == ErrorCode.JAIL_UNAVAILABLE
    why = "seccomp: PermissionError: [Errno 1] Operation not permitted"
    assert f"walls that must stand do not ({why}). {BASE}" in found["message"]


def test_layers_keep_what_was_told() -> None:
    layers = Layers.of([{"seccomp": "", "landlock": ""}, {"landlock": "no such thing"}])
    assert layers.in_force == {Layer.SECCOMP}
    assert dict(layers.missing)[Layer.LANDLOCK] == "no such thing"
    assert dict(layers.missing)[Layer.LIMITS] == "not tried"
    assert (Layer.LIMITS, "not tried") in layers.lacking
    assert layers.as_json()["in_force"] == ["seccomp"]


def outcome(number: int, *arguments: int, architecture: int = ARCHITECTURES[MACHINE]) -> int:
    """What the filter says of a call: an interpreter of the few instructions that it is made of."""
    data = struct.pack("<iIQ6Q", number, architecture, 0, *arguments, *[0] * (6 - len(arguments)))
    code = list(struct.iter_unpack("=HBBI", program(REQUEST, ANSWER)))
    place = loaded = 0
    while True:
        what, if_true, if_false, value = code[place]
        place += 1
        match what:
            case 0x20:
                (loaded,) = struct.unpack_from("<I", data, value)
            case 0x06:
                return value
            case _:
                holds = {0x15: loaded == value, 0x35: loaded >= value, 0x45: bool(loaded & value)}[what]
                place += if_true if holds else if_false


def test_the_filter_lets_through_what_is_listed_and_nothing_else() -> None:
    plain = {NUMBERS[name] for name in ALLOWED}
    looked_at = {NUMBERS[name] for name in ("read", "write", "mmap", "mprotect")}
    assert {number for number in range(1000) if outcome(number) == ALLOW} == plain | {
        NUMBERS["mmap"],
        NUMBERS["mprotect"],
    }
    assert {outcome(number) for number in range(1000) if number not in plain | looked_at} == {KILL_PROCESS}
    for name, own, other in (("read", REQUEST, ANSWER), ("write", ANSWER, REQUEST)):
        assert outcome(NUMBERS[name], own) == ALLOW
        assert {outcome(NUMBERS[name], one) for one in (0, 1, 2, other, 5, 63, -1 & 0xFFFFFFFF)} == {KILL_PROCESS}
    for name in ("mmap", "mprotect"):
        assert [outcome(NUMBERS[name], 0, 4096, protection) for protection in range(8)] == [ALLOW] * 4 + [
            KILL_PROCESS
        ] * 4


def test_other_tables_of_calls_are_closed() -> None:
    assert {outcome(NUMBERS[name], architecture=0x40000003) for name in ALLOWED} == {KILL_PROCESS}  # 32 bits
    if MACHINE == "x86_64":
        assert {outcome(0x40000000 + NUMBERS[name]) for name in ALLOWED} == {KILL_PROCESS}


def test_the_inside_loads_the_standard_library_pluggy_and_the_contract_alone() -> None:
    boot = (
        BOOT.partition("main(")[0]
        + "print(json.dumps([[n, getattr(m, '__file__', '')] for n, m in sys.modules.items()]))"
    )
    setup = json.loads(Setup().as_json())
    run = [sys.executable, *FLAGS, "-c", boot, "0", json.dumps(setup)]
    loaded = json.loads(subprocess.run(run, env={}, capture_output=True, check=True, text=True).stdout)
    ours = {name for name, _ in loaded if name.partition(".")[0] == "plugins"}
    others = {name.partition(".")[0] for name, file in loaded if file and "site-packages" in str(file)}
    assert others == {"pluggy"}
    assert {name for name in ours if not name.startswith("plugins.jail")} == {
        "plugins",
        "plugins.api",
        "plugins.caller",
        "plugins.hookspecs",
    }
    assert not {
        name for name, _ in loaded if name.partition(".")[0] in ("core", "schema", "server", "pydantic", "socketserver")
    }


async def test_another_hash_seed_shows_a_scheme_that_depends_on_it(jail: Jail) -> None:
    """The order of a set of texts is that of the seed; a fork keeps its zygote's."""
    call = points_of("CriterionPoints(criterion, list({str(n) for n in range(50)}).index('7'))")
    same = {(await jail.run(call)).points for _ in range(5)}
    assert len(same) == 1
    found = set(same)
    for seed in (1, 2, 3):
        other = Jail(replace(PATIENT, hash_seed=seed))
        try:
            found.add((await other.run(call)).points)
        finally:
            await other.close()
    assert len(found) > 1


def test_the_inside_names_no_path_of_the_host() -> None:
    """What a scheme can see of the zygote's start is where the code lies, and nothing of the service."""
    assert set(json.loads(Setup().as_json())) == {"layers", "user", "path", "memory"}
    assert all(Path(path).is_dir() for path in Setup().path)
    assert SCORER
