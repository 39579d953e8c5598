"""The manifest of trusted documents: a JSON object ``{SHA-256: text}``, the form that client tools write.

Beside what an operator registers there are those of the package itself.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile

import orjson

from core.errors import ErrorCode, GuantongError, Where
from core.texts import Text
from schema.trusted import PREFIX, TrustedDocuments, document_id
from server.page import example_queries
from server.settings import Settings


def trusted_documents(settings: Settings) -> TrustedDocuments:
    """All that are trusted: the package's and the operator's."""
    return TrustedDocuments({**packaged(), **registered(settings.manifest)})


def packaged() -> dict[str, str]:
    """The ready-made queries of the page."""
    return {document_id(text): text for text in example_queries()}


def registered(path: Path) -> dict[str, str]:
    """What a manifest holds; nothing where there is none yet. Raises BAD_FILE for one that is not what it says."""
    return read_manifest(path) if path.exists() else {}


def read_manifest(path: Path) -> dict[str, str]:
    """The texts of a manifest by their ids."""
    try:
        found = orjson.loads(path.read_bytes())
    except OSError as error:
        raise _bad(path, f"无法读取：{error.strerror}", f"cannot be read: {error.strerror}") from None
    except orjson.JSONDecodeError as error:
        raise _bad(path, f"不是 JSON：{error}", f"is not JSON: {error}") from None
    if not isinstance(found, dict) or not all(isinstance(text, str) for text in found.values()):
        raise _bad(path, '须形如 {"SHA-256": "查询文本"}', 'must look like {"SHA-256": "text"}')
    return {_checked(path, id_, text): text for id_, text in found.items()}


def write_manifest(path: Path, documents: Mapping[str, str]) -> None:
    """Replace a manifest, whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile("w", dir=path.parent, encoding="utf-8", delete=False) as draft:
        json.dump(dict(sorted(documents.items())), draft, ensure_ascii=False, indent=2)
        draft.write("\n")
    written = Path(draft.name)
    written.chmod(0o644)
    written.replace(path)


def _checked(path: Path, id_: str, text: str) -> str:
    """The id of a text, if the manifest names it by no other."""
    right = document_id(text)
    if id_.lower().removeprefix(PREFIX) == right:
        return right
    raise _bad(
        path,
        f"标识 {id_[:80]} 与文本不符，应为 {right}；请重新登记",
        f"names a text by {id_[:80]} whose digest is {right}; register it anew",
    )


def _bad(path: Path, zh: str, en: str) -> GuantongError:
    return GuantongError(
        ErrorCode.BAD_FILE, Text(f"文件 {path.name} {zh}", f"the file {path.name} {en}"), where=Where(file=str(path))
    )
