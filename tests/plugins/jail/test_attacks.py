"""Hostile schemes against the jail: nothing is harmed, and everybody else is served meanwhile and afterwards."""

import pytest

from tests.plugins.jail.attack import Attack
from tests.plugins.jail.attacks import ALL, ATTACKS
from tests.plugins.jail.conftest import Attackeds

# What a plain child of Python's has as well; everything that makes it a jail is left out.
OPEN = "dies_with_parent"
HONEST = {"traces": "", "mean": 4}
EVERYWHERE = [(identity, one) for identity in ("root", "user") for one in ALL]
QUICK_ONES = [("container", one) for one in ALL if not one.lasts]


def test_there_are_enough_of_them_under_names_of_their_own() -> None:
    assert len(ALL) >= 45
    assert len(ATTACKS) == len(ALL)


@pytest.mark.parametrize(("identity", "attack"), [*EVERYWHERE, *QUICK_ONES], ids=lambda one: getattr(one, "name", one))
def test_an_attack_comes_to_nothing(attacked: Attackeds, identity: str, attack: Attack) -> None:
    found = attacked[identity].ask(attack=attack.name)
    assert found["code"] in attack.ends, found
    assert found["harms"] == []
    assert found["meanwhile"] == HONEST
    assert found["afterwards"] == HONEST
    if found["code"] is not None:
        assert f"scheme-{attack.name.replace(' ', '-')} 6.6.6" in found["message"]


@pytest.mark.parametrize("attack", [one for one in ALL if one.harm], ids=lambda one: one.name)
def test_without_walls_it_would(attacked: Attackeds, attack: Attack) -> None:
    """The same attack in a process that is no jail: what sees harm does see it."""
    assert attack.harm in attacked["root"].ask(attack=attack.name, layers=OPEN)["harms"]
