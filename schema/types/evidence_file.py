"""Files of evidence (证明材料)."""

from datetime import datetime

import strawberry

from core import models
from schema import rights
from schema.context import Info
from schema.fields import computed, stored


@strawberry.type(description="A file that shows what an applicant puts forward. 证明材料")
class EvidenceFile:
    """A file; its bytes are asked for apart."""

    row: strawberry.Private[models.EvidenceFile]
    digest: str = stored("Digest of its bytes (SHA-256), by which a claim names it. 文件摘要")
    filename: str = stored("Its name. 文件名")
    media_type: str = stored("Its media type, by its content. 媒体类型")
    size: int = stored("Its size in bytes. 字节数")
    stored_at: datetime = stored("When it was uploaded. 上传时间")
    cleared_at: datetime | None = stored(
        "When its content was deleted, being named by no application; none while it is kept. 内容删除时间"
    )

    @classmethod
    def of(cls, row: models.EvidenceFile) -> "EvidenceFile":
        return cls(
            row=row,
            digest=row.digest,
            filename=row.filename,
            media_type=row.media_type,
            size=row.size,
            stored_at=row.stored_at,
            cleared_at=row.cleared_at,
        )

    @computed(
        "Its bytes, none when they are deleted. One request gets ten files at most. 文件内容",
        requires=rights.APPLICATIONS,
        weight=500,
    )
    async def content(self, info: Info) -> bytes | None:
        return await info.context.loaders.evidence_contents.load(self.row.id)
