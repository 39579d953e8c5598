"""Counters of each account: as the limits library's own memory counts, not looking through everybody at each hit."""

import random

import pytest
from limits.aio.storage import MemoryStorage

from server.windows import Windows

pytestmark = pytest.mark.anyio
SPANS = (60, 7)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time as both see it; a test moves it."""
    moment = [60.0 * 30_000_000]
    monkeypatch.setattr("time.time", lambda: moment[0])
    return moment


class Forgetting(MemoryStorage):
    """The library's, which forgets what has expired by a task of its own, and so by the machine's clock."""

    async def get(self, key: str) -> int:
        import time

        if self.expirations.get(key, 0) <= time.time():
            self.storage.pop(key, None)
            self.expirations.pop(key, None)
        return await super().get(key)


@pytest.mark.parametrize("seed", range(30))
async def test_they_count_as_the_library_does(now: list[float], seed: int) -> None:
    chance, ours, theirs = random.Random(seed), Windows(), Forgetting()
    taken = 0
    for _ in range(400):
        now[0] += chance.choice([0, 0, 0.25, 1, 3, 7, 29, 59.75, 61, 120, 190]) * chance.random()
        key, span, limit = chance.choice("abc"), chance.choice(SPANS), chance.choice([1, 10, 40])
        amount = chance.choice([1, 1, 2, 9, limit])
        said = await ours.acquire_sliding_window_entry(f"{key}{limit}", limit, span, amount)
        assert said == await theirs.acquire_sliding_window_entry(f"{key}{limit}", limit, span, amount)
        taken += said
        found = await ours.get_sliding_window(f"{key}{limit}", span)
        expected = await theirs.get_sliding_window(f"{key}{limit}", span)
        assert found == pytest.approx(expected, abs=1e-6)
    assert 0 < taken < 400


async def test_what_was_counted_is_forgotten_when_it_counts_no_longer(now: list[float]) -> None:
    windows = Windows()
    for number in range(500):
        await windows.acquire_sliding_window_entry(f"{number}", 10, 60)
    assert len(windows) == 500
    now[0] += 60
    await windows.acquire_sliding_window_entry("here", 10, 60)
    assert len(windows) == 501, "they still count in part"
    now[0] += 60
    await windows.acquire_sliding_window_entry("here", 10, 60)
    assert len(windows) == 1
    await windows.acquire_sliding_window_entry("0", 10, 7)
    now[0] += 600
    await windows.acquire_sliding_window_entry("here", 10, 60)
    assert len(windows) == 2, "each span is looked through by itself"


class Watched(dict):  # type: ignore[type-arg]
    """Counts how often it is looked through."""

    times = 0

    def items(self):  # type: ignore[no-untyped-def]
        self.times += 1
        return super().items()

    __iter__ = None  # type: ignore[assignment]


async def test_a_hit_looks_through_nobody_but_the_first_of_a_minute(now: list[float]) -> None:
    windows = Windows()
    windows._counted = watched = Watched()
    for number in range(300):
        await windows.acquire_sliding_window_entry(f"{number % 50}", 1000, 60)
        await windows.get_sliding_window(f"{number % 50}", 60)
    assert watched.times == 1
    now[0] += 60
    for _ in range(100):
        await windows.acquire_sliding_window_entry("a", 1000, 60)
    assert watched.times == 2


async def test_nobody_comes_between(now: list[float]) -> None:
    """What is charged at once is counted without giving way: no more than the limit is let through."""
    windows = Windows()
    steps = windows.acquire_sliding_window_entry("a", 5, 60)
    with pytest.raises(StopIteration) as ended:
        steps.send(None)
    assert ended.value.value is True
    assert [await windows.acquire_sliding_window_entry("a", 5, 60) for _ in range(6)] == [True] * 4 + [False] * 2
