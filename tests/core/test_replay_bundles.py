"""What an engine decided once comes out again for as long as its version runs; otherwise raise ``ENGINE``."""

from pathlib import Path

import orjson
import pytest

from core.replay.replayer import Replayer
from core.replay.snapshots import ENGINE, decision_from, score_from
from plugins.document import scheme_from
from tests.core.replay_bundle import FOLDER, file_of, read_bundle

BUNDLES = sorted(FOLDER.glob("*.json.gz"))
REMEDY = f"the engine decides otherwise than {ENGINE} did: raise ENGINE and write its bundle"


def test_the_running_engine_has_its_bundle() -> None:
    assert file_of(ENGINE) in BUNDLES


@pytest.mark.parametrize("path", BUNDLES, ids=lambda path: path.name)
def test_what_was_decided_comes_out_again(path: Path) -> None:
    bundle, replayer = read_bundle(path), Replayer(scheme_from)
    decisions = [decision_from(one) for one in bundle.decisions]
    found = [each for one in decisions for each in replayer.decision(one, bundle.contents)]
    found += [each for one in map(score_from, bundle.scores) for each in replayer.score(one, bundle.contents)]
    assert len(decisions) == 24
    assert sum(len(one.outcome) for one in decisions) > 300
    if bundle.engine == ENGINE:
        assert found == [], REMEDY


def test_a_bundle_is_whole() -> None:
    for path in BUNDLES:
        bundle = read_bundle(path)
        for one in (*bundle.decisions, *bundle.scores):
            basis = orjson.loads(one)["basis"]
            named = {basis[name] for name in ("facts", "policy", "calendar", "vocabulary", "scheme")}
            assert named <= bundle.contents.keys()
            assert basis["engine"] == bundle.engine
