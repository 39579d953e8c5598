import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

export function connect({ socket, token }) {
  const client = createClient({
    url: socket,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
  });
  const query = async (text, variables) => {
    try {
      for await (const result of client.iterate({ query: text, variables })) return result;
    } catch (errors) {
      return { errors }; // a request that is not executed is an `error` message
    }
  };
  return {
    query,
    follow: { websocket: (text, variables) => client.iterate({ query: text, variables }) },
    end: () => client.dispose(),
  };
}
