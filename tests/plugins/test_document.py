"""The canonical form of a scheme document: what it holds, what it leaves out, and that its digest outlives growth."""

import json
from typing import Annotated, Any

import pytest
from pydantic import create_model

from core.errors import GuantongError
from plugins.catalog_form import CatalogForm
from plugins.document import SchemeDocument
from plugins.form import told
from plugins.manifest import Manifest
from tests.plugins.broken import NAMES, document

OFFERS = "clean_offers_everything"


def grown(form: Any) -> Any:
    """The form with a field more, as a later minor version of the contract may have it."""
    return create_model(
        f"Grown{form.__name__}", __base__=form, wishes=(Annotated[list[str], told("愿望", "A wish.")], [])
    )


def test_a_field_that_the_contract_gains_changes_no_digest() -> None:
    read = document(OFFERS)
    content = json.loads(read.canonical())
    later = SchemeDocument(
        grown(Manifest).model_validate(content["manifest"]), grown(CatalogForm).model_validate(content["catalog"])
    )
    assert later.digest == read.digest
    wished = content["manifest"] | {"wishes": ["a new crane"]}
    assert SchemeDocument(grown(Manifest).model_validate(wished), read.catalog).digest != read.digest


def test_saying_a_default_is_saying_nothing() -> None:
    read = document(OFFERS)
    content = json.loads(read.canonical())
    content["manifest"]["scheme"]["until"] = None
    content["catalog"]["row"][1]["related"] = []
    content["catalog"]["row"][1]["dual_track"] = False
    assert SchemeDocument.of(content).digest == read.digest


def test_the_contract_is_always_named() -> None:
    content = json.loads(document(OFFERS).canonical())
    assert content["manifest"]["contract"] == "1.0"
    del content["manifest"]["contract"]
    with pytest.raises(GuantongError, match="contract does not fit: Field required"):
        SchemeDocument.of(content)


@pytest.mark.parametrize("name", NAMES)
def test_the_canonical_form_reads_as_what_it_was_made_of(name: str) -> None:
    read = document(name)
    again = SchemeDocument.of(json.loads(read.canonical()))
    assert again == read
    assert again.canonical() == read.canonical()


def test_a_scheme_lengthens_its_notice_and_adds_steps() -> None:
    read = document(OFFERS)
    content = json.loads(read.canonical())
    own = [
        {"key": "training", "zh": "考前培训", "en": "Training"},
        {"key": "public_notice", "zh": "公示", "en": "Public notice", "days": 7},
    ]
    content["manifest"]["process"] += own
    changed = SchemeDocument.of(content)
    assert changed.digest != read.digest
    assert [(one.key, one.days) for one in changed.scheme().process][-2:] == [("training", None), ("public_notice", 7)]
    content["manifest"]["process"][-1]["days"] = 0
    with pytest.raises(GuantongError, match="days"):
        SchemeDocument.of(content)
