// One conversation, had by whichever client is named: a query with variables, a typed error, and a round followed over
// every transport that the client has. What it hears is written as a line of JSON each.
const [, , name, url, token, round] = process.argv;

const QUERY = 'query RoundQuery($id: ID!) { round(id: $id) { __typename id state revision } }';
const PROGRESS = 'subscription RoundProgress($id: ID!) { progress(round: $id) { __typename id state revision } }';

const say = (what) => process.stdout.write(JSON.stringify(what) + '\n');
// What they were answered, in one form: clients wrap it in their own.
const plain = ({ data, errors }) => ({
  data: data ?? null,
  codes: (errors ?? []).map((error) => error.extensions?.code),
});

const { connect } = await import(`./client_${name}.mjs`);
const client = await connect({ url, socket: url.replace('http', 'ws'), token });

say({ query: plain(await client.query(QUERY, { id: round })) });
say({ error: plain(await client.query(QUERY, { id: 'nonsense' })) });
for (const [transport, follow] of Object.entries(client.follow)) {
  let heard = 0;
  for await (const result of follow(PROGRESS, { id: round })) {
    say({ transport, told: plain(result) });
    if (++heard === 2) break;
  }
}
for (const [way, requests] of Object.entries((await client.persisted?.({ id: round })) ?? {})) say({ way, requests });
await client.end?.();
say({ over: true });
process.exit(0); // some keep connections open for a while
