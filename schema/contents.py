"""Schemes as they were filed, read from what is stored and kept for a while: the same digest is the same content."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable

import orjson

from core import models
from core.errors import ErrorCode, GuantongError
from core.schemes import Scheme
from core.services.artifacts import artifact_bytes
from core.services.frozen_tables import tables_of
from core.services.verifier import Verifier
from core.texts import Text
from core.vocabulary import Vocabulary
from plugins.document import SchemeDocument
from plugins.findings import Finding
from plugins.handback import marked_catalog
from schema.loaders import Loaders
from schema.reader import Reader
from schema.relations import loaded

MOST_KEPT = 64


class ReadSchemes:
    """What was read, by digest, the last used kept. One a process."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Scheme] = OrderedDict()

    async def get(self, digest: str, read: Callable[[], Awaitable[Scheme]]) -> Scheme:
        """The scheme of a digest, read only when it is not kept."""
        if digest not in self._kept:
            self._kept[digest] = await read()
        self._kept.move_to_end(digest)
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return self._kept[digest]


class Contents:
    """Reads the content behind rows that the reader of a request was given."""

    def __init__(
        self, kept: ReadSchemes, verifier: Verifier, vocabulary: Vocabulary, reader: Reader, loaders: Loaders
    ) -> None:
        self._kept = kept
        self._verifier = verifier
        self._vocabulary = vocabulary
        self._reader = reader
        self._loaders = loaders

    async def of_version(self, row: models.SchemeVersion) -> Scheme:
        """The content of a version on record, from its document."""
        return await self._kept.get(row.digest, lambda: self._of_document(row))

    async def of_filing(self, row: models.Filing) -> Scheme:
        """The content under review, read anew from the stored file unless it is known already."""
        return await self._kept.get(row.digest, lambda: self._of_wheel(row))

    async def marked(self, row: models.Wheel) -> bytes | None:
        """The catalog workbook of a wheel with the newest findings marked in it; None with none, or nothing found."""
        *_, newest = [None, *await self._loaders.verifications.load(row.id)]
        if newest is None or not newest.findings:
            return None
        content = await self._loaders.artifacts.load(row.artifact_digest)
        findings = [Finding.from_json(one) for one in newest.findings]
        return await asyncio.to_thread(_marked, content or b"", row.filename, findings)

    async def _of_wheel(self, row: models.Filing) -> Scheme:
        wheel = await loaded(self._loaders.wheels, row.wheel_id)
        content = await self._reader.run(artifact_bytes, wheel.artifact_digest)
        found = await asyncio.to_thread(self._verifier.read, content, wheel.filename)
        if found.digest != row.digest or found.scheme is None:
            raise await self._differs(row, found.digest)
        settled = found.with_tables(await self._reader.run(tables_of, wheel))
        assert settled.scheme is not None
        return settled.scheme

    async def _of_document(self, row: models.SchemeVersion) -> Scheme:
        try:
            document = await asyncio.to_thread(lambda: SchemeDocument.of(orjson.loads(row.document)))
        except (GuantongError, ValueError):
            found = hashlib.sha256(row.document.encode()).hexdigest()
            if found == row.digest:
                raise
            raise await self._differs(row, found) from None
        if document.digest != row.digest:
            raise await self._differs(row, document.digest)
        return document.scheme(self._vocabulary)

    async def _differs(self, row: models.SchemeVersion | models.Filing, found: str) -> GuantongError:
        key = (await loaded(self._loaders.schemes, row.scheme_id)).key
        return GuantongError(
            ErrorCode.DIGEST_MISMATCH,
            Text(
                f"方案“{key}”版本 {row.version} 的内容摘要应为 {row.digest}，读得 {found}；请从备份恢复",
                f"the content of version {row.version} of scheme '{key}' should have digest {row.digest} and reads as "
                f"{found}; restore it from a backup",
            ),
        )


def _marked(content: bytes, filename: str, findings: list[Finding]) -> bytes | None:
    try:
        return marked_catalog(content, filename, findings)
    except GuantongError:
        return None  # no readable workbook, as the findings say themselves
