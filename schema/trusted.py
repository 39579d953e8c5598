"""Trusted documents: those that were registered beforehand, known by the SHA-256 of their text.

A manifest is a JSON object ``{id: text}``, the form that client tools write. What is named by its id is what was
registered, byte for byte: a manifest in which they differ is refused.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from core.errors import ErrorCode, GuantongError
from core.texts import Text

PREFIX = "sha256:"


def document_id(text: str) -> str:
    """The id of a text: the SHA-256 of its UTF-8 bytes, in hexadecimal digits."""
    return sha256(text.encode()).hexdigest()


def plain_id(id_: str) -> str:
    """An id without the prefix that names the digest, which some clients write."""
    return id_.lower().removeprefix(PREFIX)


@dataclass(frozen=True, slots=True)
class TrustedDocuments:
    """Texts by id."""

    texts: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, texts: Iterable[str]) -> "TrustedDocuments":
        """Those of some texts."""
        return cls({document_id(text): text for text in texts})

    def holds(self, id_: str) -> bool:
        """Whether an id is one of them."""
        return plain_id(id_) in self.texts

    def text(self, id_: str) -> str:
        """The text of an id, with or without the prefix that names the digest. Raises DOCUMENT_NOT_TRUSTED."""
        found = self.texts.get(plain_id(id_))
        if found is None:
            raise _not_trusted(
                f"没有登记过标识为 {id_[:80]} 的查询文档；请先登记",
                f"no document of id {id_[:80]} is registered; register it first",
            )
        return found

    def check(self, text: str) -> None:
        """Raise DOCUMENT_NOT_TRUSTED for a text that is not one of them."""
        if document_id(text) not in self.texts:
            raise _not_trusted(
                "公开服务只执行已登记的查询文档；请以 documentId 指明一个，或申请登记",
                "only registered documents are executed here; name one by documentId, or have yours registered",
            )


NONE = TrustedDocuments()


def _not_trusted(zh: str, en: str) -> GuantongError:
    return GuantongError(ErrorCode.DOCUMENT_NOT_TRUSTED, Text(zh, en))
