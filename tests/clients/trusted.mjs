// Apollo where only trusted documents are executed: the requests of queries that are named by their hashes, as JSON.
import { connect } from './client_apollo.mjs';

const [, , url, token, round] = process.argv;
const client = connect({ url, socket: url.replace('http', 'ws'), token });
console.log(JSON.stringify(await client.persisted({ id: round })));
process.exit(0);
