"""Uploading files of evidence (证明材料), before they are named in an application."""

from typing import Annotated

import strawberry

from core.services.artifacts import Upload, sha256
from core.services.evidence_files import NewEvidenceFile, upload_evidence
from schema import rights
from schema.context import Info
from schema.fields import argument, mutation
from schema.ids import row_key
from schema.mutations.attempt import attempt
from schema.mutations.seen import KEY, REASON
from schema.types.evidence_file import EvidenceFile
from schema.types.problem import Problem


@strawberry.input(description="A file of evidence. 证明材料")
class UploadEvidenceInput:
    """For oneself; the office names the person by id, or by the identity number that it was shown."""

    key: str = strawberry.field(description=KEY)
    file: Upload = strawberry.field(description="A PDF, OFD, PNG or JPEG. 证明材料文件")
    reason: str = strawberry.field(description=REASON)
    person: strawberry.ID | None = strawberry.field(description="Id of the applicant. 申报人标识", default=None)
    identity_number: str | None = strawberry.field(
        description="The applicant's whole identity number, in place of the id. 申报人证件号码", default=None
    )

    def read(self) -> NewEvidenceFile:
        return NewEvidenceFile(
            key=self.key,
            person_id=row_key(self.person, "Person") if self.person else None,
            identity_number=self.identity_number,
            filename=self.file.filename,
            digest=sha256(self.file.content),
            content=self.file.content,
        )


@strawberry.type(description="A file of evidence that was uploaded. 证明材料上传结果")
class UploadedEvidence:
    """A claim may name it from now on."""

    file: EvidenceFile = strawberry.field(description="The file. 证明材料")


EvidenceResult = Annotated[
    UploadedEvidence | Problem, strawberry.union("EvidenceResult", description="What came of it. 证明材料上传结果")
]
File = Annotated[UploadEvidenceInput, argument("The file. 上传内容")]


@strawberry.type
class EvidenceMutations:
    """Mutations over files of evidence."""

    @mutation(
        "Upload a file of evidence for oneself, or as the office for a person; claims name it by its digest. One that "
        "no application names is deleted after a while. 上传证明材料",
        requires=rights.APPLY,
        weight=500,
    )
    async def upload_evidence(self, info: Info, input: File) -> EvidenceResult:
        async def step() -> UploadedEvidence:
            return UploadedEvidence(
                file=EvidenceFile.of(await info.context.do(upload_evidence, input.read(), input.reason))
            )

        return await attempt(step)
