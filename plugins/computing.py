"""Computes facts in the jail, with the code of a version that runs: the text of the bytes that were approved."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.schemes import Scheme
from core.services.verifier import Candidate
from core.texts import Text
from plugins.conformance.facts import Computing, misfits
from plugins.jail.call import Hook
from plugins.jail.offences import Offence, SchemeFault, Violation
from plugins.jail.opening import Runner
from plugins.jailed import code_of, name_of
from plugins.verifier import ReadArtifact

BATCH = 1000  # people of one process


class Misfitting(SchemeFault):
    """Facts in good form that are not those declared: the jail let them pass and put nothing on record."""


async def compute(
    scheme: Scheme, source: Candidate, runner: Runner, amounts: Sequence[Mapping[str, int]]
) -> list[dict[str, Any]]:
    """The computed facts of each, by key. Raises as the jail does, and Misfitting for others than are declared."""
    artifact = source.reading.artifact if isinstance(source, ReadArtifact) and source.reading else None
    code = code_of(artifact) if artifact is not None else None
    if artifact is None or code is None:
        raise ValueError(f"version {scheme.version} of {scheme.key} holds no code that could compute facts")
    computing = Computing(name_of(artifact), code, scheme.evidence, scheme.computed_facts)
    found: list[dict[str, Any]] = []
    for start in range(0, len(amounts), BATCH):
        batch = [dict(one) for one in amounts[start : start + BATCH]]
        for facts in (await runner.run(computing.call(batch))).facts:
            for misfit in misfits(computing, facts):
                raise Misfitting(Violation(computing.name, Hook.FACTS, Offence.MALFORMED, _told(misfit.what)))
            found.append({one.key: one.value for one in facts})
    return found


def _told(what: Text) -> Text:
    return Text(f"{what.zh}；请改正", f"{what.en}; mend it")
