"""Whatever is done to a scheme, by whomever: the three machines do what the model says, and the audit tells it."""

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.core.filing_walk import Walk


def test_the_machines_hold_whatever_is_done(database_url: str) -> None:
    walks = settings(max_examples=max(10, settings().max_examples // 4), stateful_step_count=24, deadline=None)
    run_state_machine_as_test(lambda: Walk(database_url), settings=walks)
