"""What an enterprise's own system may do: read the policy, see what its people may apply for, fetch its roster."""

import asyncio
import os
import sys
from collections.abc import Sequence
from uuid import uuid4

from guantong_client import (
    ExportFormat,
    ExportKind,
    ExportListInput,
    ExportRosterExportListMovedJob,
    GraphQLClientGraphQLMultiError,
    Guantong,
    JobPhase,
)

ENDED = {JobPhase.DONE, JobPhase.FAILED, JobPhase.CANCELLED}


def connect(url: str, token: str | None) -> Guantong:
    """A client; without a token one reads what is open to everybody."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    return Guantong(url, headers=headers, ws_url=f"ws{url.removeprefix('http')}", ws_connection_init_payload=headers)


async def show_policy(client: Guantong) -> None:
    policy = await client.policy()
    print(f"policy: {len(policy)} values in force")
    for value in policy[:1]:
        print(f"  {value.label.en}: {value.text.en} ({value.citation.document})")


async def show_opportunities(client: Guantong, name: str) -> None:
    people = await client.opportunities(name)
    for person in (edge.node for edge in people.edges):
        print(f"{person.name}, born {person.born_on}")
        for opportunity in person.opportunities:
            wanted = " + ".join(target.name.en for target in opportunity.targets)
            gaps = "; ".join(condition.gap.en for condition in opportunity.conditions if condition.gap)
            lacking = f"; missing: {gaps}" if gaps else ""
            day = opportunity.may_apply_from or "no day yet"
            print(f"  {opportunity.state.value} {wanted} from {day}{lacking}")


async def ask_for_roster(client: Guantong, columns: Sequence[str]) -> str | None:
    """The id of the job that makes the roster, or None when it was refused, which is told."""
    answer = await client.export_roster(
        ExportListInput(
            key=str(uuid4()),  # sent again, the same request is done once
            list=ExportKind.ROSTER,
            format=ExportFormat.CSV,
            columns=list(columns),
            reason="Example: our own system reads its roster",
        )
    )
    if isinstance(answer, ExportRosterExportListMovedJob):
        return answer.job.id
    instead = f"; did you mean {answer.nearest}?" if answer.nearest else ""
    print(f"refused: {answer.code.value} at {answer.where}: {answer.message.en}{instead}")
    return None


async def follow_to_its_end(client: Guantong, job_id: str) -> None:
    async for job in client.follow_job(job_id):  # ends with the job
        if job.phase in ENDED:
            files = ", ".join(f"{file.filename} ({file.size} bytes)" for file in job.files)
            print(f"roster: {job.phase.value}, {job.done} of {job.total} rows, {files}")


async def main(name: str) -> int:
    url = os.environ.get("GUANTONG_URL", "http://127.0.0.1:8000/graphql")
    async with connect(url, os.environ.get("GUANTONG_TOKEN")) as client:
        try:
            await show_policy(client)
            await show_opportunities(client, name)
            await ask_for_roster(client, ["nam"])  # there is no such column
            job_id = await ask_for_roster(client, ["name"])
            if job_id:
                await follow_to_its_end(client, job_id)
        except GraphQLClientGraphQLMultiError as refused:
            print(f"refused: {refused}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(*sys.argv[1:2] or ["陈示远"])))
