"""What the commands of a scheme's author do: check it as the bureau will, register it, read what was found."""

import asyncio
import json
import sys
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from core.dates import today
from core.errors import ErrorCode, GuantongError, Where
from core.models import Wheel, WheelState
from core.permissions import Actor, Role
from core.policy.load import load_packs
from core.services.artifacts import Upload, artifact_bytes
from core.services.reach import not_found
from core.services.surroundings import surroundings_of
from core.services.verifier import Candidate, Surroundings, Verdict
from core.services.wheels import WHEEL, register_scheme
from core.storage.queries.filings import verifications_of
from core.storage.queries.plugins import PluginRow, plugins
from core.storage.row_scope import EVERY_ROW, RowScope
from core.texts import Text
from core.vocabulary import load_vocabulary
from core.vocabulary.model import Occupation
from core.vocabulary.occupation_files import read_occupations
from plugins.findings import Finding
from plugins.handback import marked_catalog
from plugins.intake import Intake, take_in
from plugins.verifier import SchemeVerifier
from server.clock import SystemClock
from server.finding_views import counted, finding_lines
from server.identity import identity_of
from server.settings import Settings
from server.wiring import open_parts

OPERATOR = Actor.of(Role.BUREAU_OFFICER, "command line")


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of checking one upload."""

    candidate: Candidate
    around: Surroundings
    verdict: Verdict

    @property
    def findings(self) -> list[Finding]:
        return [Finding.from_json(one) for one in self.verdict.findings]


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """How to check: on which day, against the records of which installation, where the marked workbook goes.

    With ``nonce`` computed facts are tried with the evidence that it chose before; unless told it is a new one.
    """

    day: date | None = None
    records: Settings | None = None
    as_json: bool = False
    marked: Path | None = None
    occupations: Path | None = None
    nonce: str | None = None


async def check(file: Path, manifest: Path | None, options: CheckOptions) -> bool:
    """Verify a scheme as the bureau does, print what was found, and say whether it is accepted."""
    _not_over(options.marked, file, manifest)
    taken = take_in(file, manifest)
    day = options.day or today(SystemClock())
    if options.records:
        checked = await _check_on_record(options.records, taken, day, options.nonce)
    else:
        checked = await _check_at_home(taken, day, options.occupations, options.nonce)
    if options.as_json:
        _say(json.dumps(_as_json(taken, checked), ensure_ascii=False, indent=2))
    else:
        _tell(taken, checked)
    if options.marked:
        _hand_back(taken.content, taken.filename, checked.findings, options.marked)
    return checked.verdict.accepted


async def _check_at_home(taken: Intake, day: date, occupations: Path | None, nonce: str | None) -> Checked:
    """Without any installation: neither settings nor a database are looked for."""
    vocabulary = load_vocabulary(_occupations(occupations))
    around = Surroundings.without_records(load_packs(), vocabulary, day)
    verifier = _choosing(SchemeVerifier(vocabulary), nonce)
    candidate = verifier.read(taken.content, taken.filename)
    return Checked(candidate, around, await verifier.verify(candidate, around))


def _choosing(verifier: SchemeVerifier, nonce: str | None) -> SchemeVerifier:
    """The verifier, choosing evidence by ``nonce`` where one is told."""
    return verifier if nonce is None else replace(verifier, nonce=lambda: nonce)


def _occupations(file: Path | None) -> tuple[Occupation, ...]:
    """The classification that the bureau has imported, where the author has it as a file as well."""
    if file is None:
        return ()
    sheet = read_occupations(file)
    if sheet.errors:
        first = sheet.errors[0]
        raise GuantongError(
            ErrorCode.BAD_FILE, first.message, where=Where(file=file.name, row=first.row), nearest=first.nearest
        )
    return sheet.rows


async def _check_on_record(settings: Settings, taken: Intake, day: date, nonce: str | None) -> Checked:
    """Against the listing, the authorities and the others' keys in this installation's database."""
    async with open_parts(settings) as parts, parts.database.read(EVERY_ROW) as session:
        verifier = _choosing(SchemeVerifier(parts.vocabulary), nonce)
        candidate = await asyncio.to_thread(verifier.read, taken.content, taken.filename)
        looked_up = candidate.looked_up_as
        around = await surroundings_of(session, looked_up, candidate.key, parts.policy, parts.vocabulary, day)
        return Checked(candidate, around, await verifier.verify(candidate, around))


def _as_json(taken: Intake, checked: Checked) -> dict[str, Any]:
    candidate, around = checked.candidate, checked.around
    return {
        "accepted": checked.verdict.accepted,
        "file": taken.filename,
        "left_out": list(taken.left_out),
        "key": candidate.key,
        "version": candidate.version,
        "enterprise": candidate.enterprise,
        "distribution": candidate.distribution,
        "contract": candidate.contract,
        "digest": candidate.digest,
        "day": around.day.isoformat(),
        "records": around.has_records,
        "policy_digest": around.policy.digest,
        "findings": list(checked.verdict.findings),
        "report": [{"zh": line.zh, "en": line.en} for line in checked.verdict.report],
    }


def _tell(taken: Intake, checked: Checked) -> None:
    if taken.left_out:
        _say(f"未打入压缩包，须构建 wheel 才会提交 / left out, only a wheel carries it: {'、'.join(taken.left_out)}")
    for told in checked.verdict.report:
        _say(str(told))
    for line in finding_lines(checked.findings):
        _say(line)
    _say(counted(checked.findings))
    _say(_verdict(taken.filename, checked.candidate, checked.verdict.accepted))


def _verdict(filename: str, candidate: Candidate, accepted: bool) -> str:
    told = Text("通过", "verified") if accepted else Text("未通过", "rejected")
    named = f"{candidate.key} {candidate.version}" if candidate.key else filename
    return f"{named} 校验{told.zh}，摘要 {candidate.digest} / {told.en}, digest {candidate.digest}"


async def register(settings: Settings, token: str, file: Path, manifest: Path | None, reason: str) -> bool:
    """Register a scheme and print its findings; whether verification passed it."""
    taken = take_in(file, manifest)
    upload = Upload(filename=taken.filename, content=taken.content)
    async with open_parts(settings) as parts:
        actor = await identity_of(settings, parts.database, parts.clock).authentication.bearer(token)
        async with parts.use_cases(actor, "command line") as call:
            wheel = await register_scheme(call, parts.verifier, upload, reason)
            found = (await verifications_of(call.session, actor, [wheel.id]))[wheel.id][-1]
    for line in finding_lines(map(Finding.from_json, found.findings)):
        _say(line)
    candidate = Candidate(digest=wheel.digest, key=wheel.key, version=wheel.version)
    _say(_verdict(taken.filename, candidate, wheel.state is WheelState.VERIFIED))
    return wheel.state is WheelState.VERIFIED


async def show_findings(settings: Settings, key: str, version: str, as_json: bool, marked: Path | None) -> None:
    """Print what the newest verification of a version found, and hand its workbook back marked."""
    async with open_parts(settings) as parts, parts.database.read(RowScope.of(OPERATOR)) as session:
        rows = await plugins(session, OPERATOR, today(SystemClock()), None, key)
        row = _newest(rows, version)
        content = await artifact_bytes(session, row.wheel.artifact_digest) if marked else b""
    findings = [Finding.from_json(one) for one in row.verification.findings]
    if as_json:
        _say(json.dumps(row.verification.findings, ensure_ascii=False, indent=2))
    else:
        for line in finding_lines(findings):
            _say(line)
        wheel: Wheel = row.wheel
        _say(counted(findings))
        _say(_verdict(wheel.filename, Candidate(wheel.digest, key=wheel.key, version=wheel.version), row.verified))
    if marked:
        _hand_back(content, row.wheel.filename, findings, marked)


def _newest(rows: list[PluginRow], version: str) -> PluginRow:
    """The content that was registered last for a version."""
    found = [row for row in rows if row.wheel.version == version]
    if not found:
        raise not_found(WHEEL)
    return found[-1]


def _not_over(marked: Path | None, *given: Path | None) -> None:
    """Refuse to write the marked copy over what the author gave."""
    if marked and any(one and marked.resolve() == one.resolve() for one in given):
        raise GuantongError(
            ErrorCode.BAD_ARGUMENT,
            Text(
                "标注后的副本不能覆盖原文件；请另取文件名",
                "the marked copy would overwrite the original; give it another name",
            ),
            where=Where(file=str(marked)),
        )


def _hand_back(content: bytes, filename: str, findings: list[Finding], out: Path) -> None:
    marked = marked_catalog(content, filename, findings)
    if marked is None:
        raise GuantongError(
            ErrorCode.BAD_FILE,
            Text(
                "其中没有目录工作簿，无法标注；只有 catalog.xlsx 能回写",
                "there is no catalog workbook in it to mark; only catalog.xlsx is handed back",
            ),
            where=Where(file=filename),
        )
    try:
        out.write_bytes(marked)
    except OSError as fault:
        text = Text(f"无法写入：{fault.strerror}", f"it cannot be written: {fault.strerror}")
        raise GuantongError(ErrorCode.BAD_FILE, text, where=Where(file=str(out))) from None
    sys.stderr.write(f"已标注 marked: {out}\n")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
