// Audits of GraphQL over HTTP, by the package graphql-http, against the address given; the findings as JSON.
import { serverAudits } from 'graphql-http';

const [, , url] = process.argv;
const found = [];
for (const audit of serverAudits({ url, fetchFn: fetch })) {
  const { id, name, status, reason } = await audit.fn();
  found.push({ id, name, status, reason: reason ?? null });
}
console.log(JSON.stringify(found));
