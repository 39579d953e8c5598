"""The example scheme with Python of its own as it goes on record: its tables frozen, by the jail like everybody's."""

import asyncio
from dataclasses import replace
from functools import lru_cache

from core.policy.load import load_packs
from core.services.verifier import Surroundings, Verdict
from core.vocabulary import load_vocabulary
from plugins.document import SchemeDocument, read_folder
from plugins.frozen import read_tables
from plugins.intake import take_in
from plugins.verifier import ReadArtifact, SchemeVerifier
from server.documents import ROOT

RAIL = ROOT / "enterprise_schemes" / "yuexiu_rail" / "scheme_yuexiu_rail"


@lru_cache(maxsize=1)
def rail() -> SchemeDocument:
    """Its document with its tables."""
    return replace(read_folder(RAIL), tables=read_tables(rail_verified()[1].tables))


@lru_cache(maxsize=1)
def rail_verified() -> tuple[ReadArtifact, Verdict]:
    """What was read, and the verdict on it."""
    verifier, taken = SchemeVerifier(load_vocabulary()), take_in(RAIL)
    read = verifier.read(taken.content, taken.filename)
    assert read.scheme is not None
    around = Surroundings.without_records(load_packs(), load_vocabulary(), read.scheme.period.start)
    return read, asyncio.run(verifier.verify(read, around))
