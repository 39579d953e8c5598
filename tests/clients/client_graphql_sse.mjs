import { createClient } from 'graphql-sse';

export function connect({ url, token }) {
  const client = createClient({ url, headers: { authorization: `Bearer ${token}` } });
  const iterate = (text, variables) => client.iterate({ query: text, variables });
  const query = async (text, variables) => {
    for await (const result of iterate(text, variables)) return result;
  };
  return { query, follow: { events: iterate }, end: () => client.dispose() };
}
