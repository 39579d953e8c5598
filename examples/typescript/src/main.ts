// What an enterprise's own system may do: read the policy, see what its people may apply for, fetch its roster.
import { randomUUID } from "node:crypto";

import { ask, follow, Refused, type Access } from "./client.js";
import { unmask, type FragmentType } from "./generated/fragment-masking.js";
import {
  ExportRosterDocument,
  FollowJobDocument,
  OfferedFragmentDoc,
  OpportunitiesDocument,
  PolicyDocument,
  ProgressFragmentDoc,
  RefusalFragmentDoc,
  WordsFragmentDoc,
  type JobPhase,
  type ProgressFragment,
  type WordsFragment,
} from "./generated/graphql.js";

const ENDED: readonly JobPhase[] = ["DONE", "FAILED", "CANCELLED"];

const english = (words: FragmentType<typeof WordsFragmentDoc>): string => {
  const both: WordsFragment = unmask(WordsFragmentDoc, words);
  return both.en;
};

async function showPolicy(access: Access): Promise<void> {
  const { policy } = await ask(access, PolicyDocument, {});
  const [first] = policy;
  console.log(`policy: ${policy.length} values in force`);
  if (first) {
    console.log(`  ${english(first.label)}: ${english(first.text)} (${first.citation.document})`);
  }
}

async function showOpportunities(access: Access, name: string): Promise<void> {
  const { people } = await ask(access, OpportunitiesDocument, { name });
  for (const { node } of people.edges) {
    console.log(`${node.name}, born ${node.bornOn}`);
    for (const opportunity of unmask(OfferedFragmentDoc, node.opportunities)) {
      const wanted = opportunity.targets.map((target) => english(target.name)).join(" + ");
      const gaps = opportunity.conditions.flatMap(({ gap }) => (gap ? [english(gap)] : []));
      const lacking = gaps.length > 0 ? `; missing: ${gaps.join("; ")}` : "";
      console.log(`  ${opportunity.state} ${wanted} from ${opportunity.mayApplyFrom ?? "no day yet"}${lacking}`);
    }
  }
}

/** The job that makes the roster, or nothing when it was refused, which is told. */
async function askForRoster(access: Access, columns: readonly string[]): Promise<ProgressFragment | undefined> {
  const { exportList } = await ask(access, ExportRosterDocument, {
    input: {
      key: randomUUID(), // sent again, the same request is done once
      list: "ROSTER",
      format: "CSV",
      columns: [...columns],
      reason: "Example: our own system reads its roster",
    },
  });
  switch (exportList.__typename) {
    case "MovedJob":
      return unmask(ProgressFragmentDoc, exportList.job);
    case "Problem": {
      const refusal = unmask(RefusalFragmentDoc, exportList);
      const instead = refusal.nearest == null ? "" : `; did you mean ${refusal.nearest}?`;
      console.log(`refused: ${refusal.code} at ${refusal.where ?? "no place"}: ${english(refusal.message)}${instead}`);
      return undefined;
    }
  }
}

async function followToItsEnd(access: Access, id: string): Promise<void> {
  // Ends with the job.
  for await (const { jobProgress } of follow(access, FollowJobDocument, { job: id })) {
    const job = unmask(ProgressFragmentDoc, jobProgress);
    if (ENDED.includes(job.phase)) {
      const files = job.files.map((file) => `${file.filename} (${file.size} bytes)`).join(", ");
      console.log(`roster: ${job.phase}, ${job.done} of ${job.total ?? "?"} rows, ${files}`);
    }
  }
}

async function main(): Promise<void> {
  const access = {
    url: process.env["GUANTONG_URL"] ?? "http://127.0.0.1:8000/graphql",
    token: process.env["GUANTONG_TOKEN"],
  };
  await showPolicy(access);
  await showOpportunities(access, process.argv[2] ?? "陈示远");
  await askForRoster(access, ["nam"]); // there is no such column
  const job = await askForRoster(access, ["name"]);
  if (job) {
    await followToItsEnd(access, job.id);
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof Refused)) throw error;
  console.error(`refused: ${error.message}`);
  process.exitCode = 1;
}
