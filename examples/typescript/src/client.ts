// The two ways to the graph: a request for an answer, a WebSocket for answers that keep coming.
import { createClient } from "graphql-ws";
import WebSocket from "ws";

import type { TypedDocumentString } from "./generated/graphql.js";

export interface Access {
  readonly url: string;
  readonly token?: string | undefined;
}

/** The operation was refused as a whole: nothing was read or changed. */
export class Refused extends Error {}

interface Answer<Result> {
  readonly data?: Result | null | undefined;
  readonly errors?: readonly { readonly message: string }[] | undefined;
}

export async function ask<Result, Variables>(
  access: Access,
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
): Promise<Result> {
  const response = await fetch(access.url, {
    method: "POST",
    headers: {
      accept: "application/graphql-response+json, application/json",
      "content-type": "application/json",
      ...(access.token ? { authorization: `Bearer ${access.token}` } : {}),
    },
    body: JSON.stringify({ query: document.toString(), variables }),
  });
  return dataOf((await response.json()) as Answer<Result>);
}

export async function* follow<Result, Variables extends Record<string, unknown>>(
  access: Access,
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
): AsyncGenerator<Result, void, undefined> {
  const client = createClient({
    url: access.url.replace(/^http/, "ws"),
    webSocketImpl: WebSocket,
    connectionParams: access.token ? { authorization: `Bearer ${access.token}` } : {},
  });
  try {
    for await (const answer of client.iterate<Result>({ query: document.toString(), variables })) {
      yield dataOf<Result>(answer);
    }
  } finally {
    await client.dispose();
  }
}

function dataOf<Result>(answer: Answer<Result>): Result {
  if (answer.errors?.length || answer.data === null || answer.data === undefined) {
    throw new Refused(answer.errors?.map((error) => error.message).join("\n") ?? "an answer without data");
  }
  return answer.data;
}
