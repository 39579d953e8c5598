"""Results (评价结果): formed, noticed, objected to, filed, returned or accepted; certificates (证书) of them."""

from typing import Annotated, Any

import strawberry

from core.errors import GuantongError
from core.services import certificates, numbering, objections, results, revocations
from core.services.round_docket import SeenRound
from plugins.document import scheme_from
from schema import rights
from schema.context import Info
from schema.fields import argument, mutation
from schema.ids import key_of, row_key
from schema.mutations.attempt import attempt
from schema.mutations.round_results import RoundResult, Step, moved
from schema.mutations.seen import KEY, REASON, SeenObjectionInput, SeenRoundInput
from schema.types.certificate import Certificate
from schema.types.problem import Problem
from schema.types.public_notice import Objection

EVERYBODY_OF_A_ROUND = 2000  # deciding on each, or recording each


@strawberry.input(description="A comment on one row of a filing of results. 逐行意见")
class RowCommentInput:
    """What is wrong, and with which row."""

    row: str = strawberry.field(description="The row: an application's id, or what else is meant. 行")
    comment: str = strawberry.field(description="What is to be corrected. 意见")

    def read(self) -> results.RowComment:
        return results.RowComment(row=_row(self.row), comment=self.comment)


def _row(text: str) -> str:
    """The key of the application whose id it is; any other text as it is."""
    try:
        return key_of(text, "Application")
    except GuantongError:
        return text


@strawberry.input(description="A return of results with its comments. 退回结果")
class ReturnResultsInput:
    """At least one comment."""

    key: str = strawberry.field(description=KEY)
    seen: SeenRoundInput = strawberry.field(description="The round as one read it. 所据批次")
    comments: list[RowCommentInput] = strawberry.field(description="Comments by row. 退回意见")
    reason: str = strawberry.field(description=REASON)

    def read(self) -> dict[str, Any]:
        return {"key": self.key, "comments": tuple(one.read() for one in self.comments), **self.seen.read()}


@strawberry.input(description="An objection to results in public notice. 提出异议")
class RaiseObjectionInput:
    """To all of them, or to those of one application."""

    key: str = strawberry.field(description=KEY)
    round: strawberry.ID = strawberry.field(description="Id of the round. 批次标识")
    application: strawberry.ID | None = strawberry.field(
        description="Id of the application, as the notice gives it. 申报标识", default=None
    )
    text: str = strawberry.field(description="What is objected. 异议内容")
    reason: str = strawberry.field(description=REASON)

    def read(self) -> dict[str, Any]:
        application_id = row_key(self.application, "Application") if self.application else None
        round_id = row_key(self.round, "Round")
        return {"key": self.key, "round_id": round_id, "application_id": application_id, "text": self.text}


@strawberry.input(description="The answer to an objection. 答复异议")
class AnswerObjectionInput:
    """Upheld, what follows is a correction; dismissed, the results stand."""

    key: str = strawberry.field(description=KEY)
    seen: SeenObjectionInput = strawberry.field(description="The objection as one read it. 所据异议")
    upheld: bool = strawberry.field(description="Upheld. 是否成立")
    answer: str = strawberry.field(description="The answer. 答复内容")
    reason: str = strawberry.field(description=REASON)

    def read(self) -> dict[str, Any]:
        return {"key": self.key, "upheld": self.upheld, "answer": self.answer, **self.seen.read()}


@strawberry.input(description="A certificate to revoke from today on. 撤销证书")
class RevokeCertificateInput:
    """Deceit is for the bureau to establish; it bars the holder, and takes the other certificate too."""

    key: str = strawberry.field(description=KEY)
    certificate: strawberry.ID = strawberry.field(description="Id of the certificate. 证书标识")
    fraud: bool = strawberry.field(description="Deceit was established. 是否弄虚作假", default=False)
    reason: str = strawberry.field(description=REASON)

    def read(self) -> dict[str, Any]:
        certificate_id = row_key(self.certificate, "Certificate")
        return {"key": self.key, "certificate_id": certificate_id, "fraud": self.fraud}


@strawberry.input(description="The codes that an enterprise's numbers are made of. 编号用代码")
class AssignIssuerCodeInput:
    """Given once, never changed."""

    key: str = strawberry.field(description=KEY)
    enterprise: strawberry.ID = strawberry.field(description="Id of the enterprise. 企业标识")
    record_code: str = strawberry.field(description="Record code, in plan numbers. 企业备案编号")
    certificate_prefix: str = strawberry.field(description="Prefix of certificate numbers. 机构代码与站点代码")
    reason: str = strawberry.field(description=REASON)

    def read(self) -> dict[str, Any]:
        codes = {"record_code": self.record_code, "certificate_prefix": self.certificate_prefix}
        return {"key": self.key, "enterprise_id": row_key(self.enterprise, "Enterprise"), **codes}


@strawberry.type(description="An objection that was raised or answered. 异议办理结果")
class ChangedObjection:
    """The objection as it stands now."""

    objection: Objection = strawberry.field(description="The objection as it stands now. 异议")


@strawberry.type(description="A certificate that was revoked. 撤销证书结果")
class RevokedCertificate:
    """History and reason stay."""

    certificate: Certificate = strawberry.field(description="The certificate as it stands now. 证书")


@strawberry.type(description="Codes that were given. 编号用代码结果")
class AssignedIssuerCode:
    """What numbers are made of from now on."""

    record_code: str = strawberry.field(description="Record code, in plan numbers. 企业备案编号")
    certificate_prefix: str = strawberry.field(description="Prefix of certificate numbers. 机构代码与站点代码")


ObjectionResult = Annotated[
    ChangedObjection | Problem, strawberry.union("ObjectionResult", description="What came of it. 异议办理结果")
]
CertificateResult = Annotated[
    RevokedCertificate | Problem, strawberry.union("CertificateResult", description="What came of it. 撤销证书结果")
]
IssuerCodeResult = Annotated[
    AssignedIssuerCode | Problem, strawberry.union("IssuerCodeResult", description="What came of it. 编号用代码结果")
]
SendBack = Annotated[ReturnResultsInput, argument("The return. 退回内容")]
Object = Annotated[RaiseObjectionInput, argument("The objection. 异议内容")]
Reply = Annotated[AnswerObjectionInput, argument("The answer. 答复内容")]
RevokeIt = Annotated[RevokeCertificateInput, argument("Which certificate. 撤销内容")]
Codes = Annotated[AssignIssuerCodeInput, argument("The codes. 代码")]


@strawberry.type
class ResultMutations:
    """Mutations over results and certificates."""

    @mutation("Form the results. 形成结果", requires=rights.RUN, weight=EVERYBODY_OF_A_ROUND)
    async def conclude_round(self, info: Info, input: Step) -> RoundResult:
        return await moved(info, results.conclude_round, SeenRound, input)

    @mutation(
        "Work out anew the results whose marks were corrected. 重新核算结果",
        requires=rights.RUN,
        weight=EVERYBODY_OF_A_ROUND,
    )
    async def rework_results(self, info: Info, input: Step) -> RoundResult:
        return await moved(info, results.rework_results, SeenRound, input)

    @mutation("Give public notice of the results. 公示结果", requires=rights.RUN)
    async def notice_results(self, info: Info, input: Step) -> RoundResult:
        return await moved(info, results.notice_results, SeenRound, input)

    @mutation("File the noticed results with the bureau. 评价结果报备", requires=rights.RUN)
    async def file_results(self, info: Info, input: Step) -> RoundResult:
        return await moved(info, results.file_results, SeenRound, input)

    @mutation("Return filed results with comments by row, as the bureau. 退回结果", requires=rights.REVIEW_RESULTS)
    async def return_results(self, info: Info, input: SendBack) -> RoundResult:
        return await moved(info, results.return_results, results.ResultReturn, input)

    @mutation("Accept filed results, as the bureau. 审核通过", requires=rights.REVIEW_RESULTS)
    async def accept_results(self, info: Info, input: Step) -> RoundResult:
        return await moved(info, results.accept_results, SeenRound, input)

    @mutation("Object to results while they are in public notice. 提出异议", requires=rights.OBJECT)
    async def raise_objection(self, info: Info, input: Object) -> ObjectionResult:
        async def step() -> ChangedObjection:
            given = objections.NewObjection(**input.read())
            row = await info.context.do(objections.raise_objection, scheme_from, given, input.reason)
            return ChangedObjection(objection=Objection.of(row))

        return await attempt(step)

    @mutation("Answer an objection, as the office. 答复异议", requires=rights.RUN)
    async def answer_objection(self, info: Info, input: Reply) -> ObjectionResult:
        async def step() -> ChangedObjection:
            given = objections.Answer(**input.read())
            row = await info.context.do(objections.answer_objection, scheme_from, given, input.reason)
            return ChangedObjection(objection=Objection.of(row))

        return await attempt(step)

    @mutation("Issue what was passed, each side for itself. 发证", requires=rights.RUN, weight=EVERYBODY_OF_A_ROUND)
    async def issue_certificates(self, info: Info, input: Step) -> RoundResult:
        return await moved(info, certificates.issue_certificates, SeenRound, input)

    @mutation("Report the certificates' data; the round is over. 证书数据报送", requires=rights.RUN)
    async def report_certificates(self, info: Info, input: Step) -> RoundResult:
        return await moved(info, certificates.report_certificates, SeenRound, input)

    @mutation("Revoke a certificate from today on. 撤销证书", requires=rights.REVOKE_CERTIFICATE)
    async def revoke_certificate(self, info: Info, input: RevokeIt) -> CertificateResult:
        async def step() -> RevokedCertificate:
            given = revocations.Revocation(**input.read())
            row = await info.context.do(revocations.revoke_certificate, given, input.reason)
            return RevokedCertificate(certificate=Certificate.of(row))

        return await attempt(step)

    @mutation("Give an enterprise the codes of its numbers, once. 编号用代码", requires=rights.ISSUER_CODE)
    async def assign_issuer_code(self, info: Info, input: Codes) -> IssuerCodeResult:
        async def step() -> AssignedIssuerCode:
            given = numbering.NewIssuerCode(**input.read())
            row = await info.context.do(numbering.assign_issuer_code, given, input.reason)
            return AssignedIssuerCode(record_code=row.record_code, certificate_prefix=row.certificate_prefix)

        return await attempt(step)
