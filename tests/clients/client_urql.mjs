import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { iterated } from './iterated.mjs';

const plain = ({ data, error }) => ({ data, errors: error?.graphQLErrors });

export function connect({ url, socket, token }) {
  const authorization = `Bearer ${token}`;
  const shared = { url, fetchOptions: { headers: { authorization } }, requestPolicy: 'network-only' };
  const sockets = createClient({ url: socket, webSocketImpl: WebSocket, connectionParams: { authorization } });
  const forward = (request) => ({
    subscribe: (observer) => ({ unsubscribe: sockets.subscribe({ ...request, query: request.query ?? '' }, observer) }),
  });
  const bySocket = new Client({
    ...shared,
    exchanges: [fetchExchange, subscriptionExchange({ forwardSubscription: forward })],
  });
  const byEvents = new Client({ ...shared, exchanges: [fetchExchange], fetchSubscriptions: true });
  const following = (client) => (text, variables) =>
    iterated((observer) => {
      const { unsubscribe } = client.subscription(text, variables).subscribe((one) => observer.next(plain(one)));
      return unsubscribe;
    });
  return {
    query: async (text, variables) => plain(await byEvents.query(text, variables).toPromise()),
    follow: { websocket: following(bySocket), events: following(byEvents) },
    end: () => sockets.dispose(),
  };
}
