"""Loads policy packs: the shipped ones (national, Guangdong, Guangzhou) or any others."""

import hashlib
import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import rfc8785

from core.errors import GuantongError
from core.policy.checks import check_files
from core.policy.comparing import check_layers
from core.policy.layers import Layers, lay
from core.policy.model import PackForm
from core.policy.reading import PackFile, read_pack
from core.policy.routes import build_routes
from core.policy.stack import PolicyStack

FOLDER = Path(__file__).parent
SHIPPED = (FOLDER / "national.toml", FOLDER / "guangdong.toml", FOLDER / "guangzhou.toml")


def load_packs(paths: Sequence[Path] | None = None) -> PolicyStack:
    """The stack of the packs in ``paths``, by default the shipped ones. Loaded once for each list of paths.

    Raises the first of the faults that ``check_packs`` finds.
    """
    return _loaded(SHIPPED if paths is None else tuple(paths))


def check_packs(paths: Sequence[Path]) -> list[GuantongError]:
    """Every fault of the packs; none when they can be loaded."""
    return _read(paths)[1]


@lru_cache(maxsize=8)
def _loaded(paths: tuple[Path, ...]) -> PolicyStack:
    layers, faults = _read(paths)
    if faults:
        raise faults[0]
    return PolicyStack(layers, build_routes(layers), _digest(layers))


def _read(paths: Sequence[Path]) -> tuple[Layers, list[GuantongError]]:
    files: list[PackFile] = []
    faults: list[GuantongError] = []
    for path in paths:
        file, found = read_pack(path)
        faults += found
        files += [file] if file else []
    # A file that could not be read would make others look as if their sources were missing.
    if faults:
        return lay(()), faults
    faults = check_files(files)
    if faults:
        return lay(()), faults
    layers = lay([file.form for file in files])
    return layers, check_layers(files, layers)


def stack_content(stack: PolicyStack) -> str:
    """All packs in canonical JSON (RFC 8785), broad to specific: what the stack's digest is of."""
    return _content(stack.layers)


def stack_from(content: str) -> PolicyStack:
    """The stack that ``stack_content`` was made of: the policy of a past decision."""
    layers = lay([PackForm.model_validate(form) for form in json.loads(content)])
    return PolicyStack(layers, build_routes(layers), _digest(layers))


def _content(layers: Layers) -> str:
    return rfc8785.dumps([form.model_dump(mode="json", by_alias=True) for form in layers.forms]).decode()


def _digest(layers: Layers) -> str:
    return hashlib.sha256(_content(layers).encode()).hexdigest()
