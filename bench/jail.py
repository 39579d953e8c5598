"""What each set of walls keeps out, and what a call in the jail costs.

Attacks: those of the tests that can be tried without walls, because what they do there harms nothing. A configuration
is a set of layers; a count is how many attacks did a harm under it, by kind of harm. As root, as an ordinary user, and
as root within the default profile of Docker (set without a container engine, see ``tests/plugins/jail/identities.py``).

Cost: milliseconds for one process, from the call to the end of the process:

* fork: a bare fork of a small Python that ends at once;
* python: a fresh ``python -I -c pass``;
* jailed, one answer: ``await jail.run`` of one question, self-test and zygote already there;
* jailed, a thousand: the same of a thousand questions.

    python -m bench.jail [--rounds N]
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable

from plugins.jail.layers import ALL, Layer
from plugins.jail.opening import open_jail
from tests.plugins.jail.attacks import ALL as ATTACKS
from tests.plugins.jail.calls import Asked, scoring
from tests.plugins.jail.conftest import Attackeds

PLAIN = frozenset({Layer.DIES_WITH_PARENT})
LIMITS = PLAIN | {Layer.LIMITS, Layer.DESCRIPTORS, Layer.ENVIRONMENT}
APART = LIMITS | {Layer.NAMESPACES, Layer.EMPTY_ROOT, Layer.OWN_USER, Layer.CAPABILITIES, Layer.UNDUMPABLE}
CONFIGURATIONS = {
    "a plain child": PLAIN,
    "limits": LIMITS,
    "limits, namespaces, user": APART,
    "limits, Landlock": LIMITS | {Layer.NO_NEW_PRIVILEGES, Layer.LANDLOCK},
    "limits, seccomp": LIMITS | {Layer.NO_NEW_PRIVILEGES, Layer.SECCOMP},
    "everything": ALL,
}
IDENTITIES = ("root", "user", "container")
# What an attacked host finds, in the words of ``tests/plugins/jail``; "did it" is an act that is forbidden.
HARMS = ("secret", "connected", "written", "left running", "did it", "zygote gone")


def attack_table() -> None:
    """Configuration by identity: how many attacks did harm, and how many each kind of it."""
    tried = [attack for attack in ATTACKS if attack.harm]
    print(f"{len(tried)} attacks that can be tried anywhere, of {len(ATTACKS)}; how many did harm, and which")
    print(f"{'configuration':28}{'as':>10}{'any':>6}" + "".join(f"{harm:>14}" for harm in HARMS))
    hosts = Attackeds()
    try:
        for name, layers in CONFIGURATIONS.items():
            asked = " ".join(sorted(layers))
            for identity in IDENTITIES:
                found = [hosts[identity].ask(attack=one.name, layers=asked)["harms"] for one in tried]
                counts = "".join(f"{sum(harm in harms for harms in found):14}" for harm in HARMS)
                print(f"{name:28}{identity:>10}{sum(map(bool, found)):6}{counts}", flush=True)
    finally:
        hosts.close()


FORKS = """
import json, os, sys, time
found = []
for _ in range(int(sys.argv[1])):
    began = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    found.append(time.perf_counter() - began)
print(json.dumps(found))
"""


def bare_forks(rounds: int) -> list[float]:
    """Forks of a process that has loaded nothing, as a zygote has loaded little."""
    run = [sys.executable, "-I", "-c", FORKS, str(rounds)]
    found: list[float] = json.loads(subprocess.run(run, check=True, capture_output=True).stdout)
    return found


def fresh_python() -> None:
    subprocess.run([sys.executable, "-I", "-c", "pass"], check=True)


def said(name: str, seconds: list[float]) -> None:
    whole = sorted(one * 1000 for one in seconds)
    print(f"{name:28}{whole[0]:10.2f}{statistics.median(whole):10.2f}{whole[int(0.95 * len(whole))]:10.2f}")


def measured(work: Callable[[], object], rounds: int) -> list[float]:
    found = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return found


async def measured_call(work: Callable[[], Awaitable[object]], rounds: int) -> list[float]:
    found = []
    for _ in range(rounds):
        began = time.perf_counter()
        await work()
        found.append(time.perf_counter() - began)
    return found


async def costs(rounds: int) -> None:
    """Milliseconds of each way."""
    print(f"\n{'milliseconds':28}{'least':>10}{'median':>10}{'95 %':>10}")
    said("fork", bare_forks(rounds))
    said("python -I -c pass", measured(fresh_python, rounds))
    one = scoring()
    many = scoring(asked=tuple(Asked({"improvements": number % 6}, "innovation") for number in range(1000)))
    began = time.perf_counter()
    async with open_jail() as jail:
        opened = time.perf_counter() - began
        said("jailed, one answer", await measured_call(lambda: jail.run(one), rounds))
        said("jailed, a thousand", await measured_call(lambda: jail.run(many), rounds))
        zygote = await jail.zygote()
        acts = len(zygote.acts)
    print(f"opening it, with a self-test of {acts} acts: {opened * 1000:.0f} ms, once")


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200)
    rounds = parser.parse_args().rounds
    attack_table()
    asyncio.run(costs(rounds))


if __name__ == "__main__":
    main()
