import { createHash } from 'node:crypto';
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache, Observable, gql } from '@apollo/client/core';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { print } from 'graphql';
import { createClient as createEvents } from 'graphql-sse';
import { createClient as createSockets } from 'graphql-ws';
import WebSocket from 'ws';
import { iterated } from './iterated.mjs';

const PERSISTED = 'query Persisted($id: ID!) { round(id: $id) { id state } }';
const sha256 = (text) => createHash('sha256').update(text).digest('hex');

// As graphql-sse tells users of Apollo to do it.
class EventsLink extends ApolloLink {
  constructor(options) {
    super();
    this.client = createEvents(options);
  }
  request({ query, variables, operationName }) {
    return new Observable((observer) =>
      this.client.subscribe({ query: print(query), variables, operationName }, observer),
    );
  }
}

export function connect({ url, socket, token }) {
  const headers = { authorization: `Bearer ${token}` };
  const over = (link) => new ApolloClient({ link, cache: new InMemoryCache(), defaultOptions: { query: { errorPolicy: 'all', fetchPolicy: 'network-only' } } });
  const sockets = createSockets({ url: socket, webSocketImpl: WebSocket, connectionParams: headers });
  const asked = async (client, query, variables) => {
    const { data, error } = await client.query({ query: gql(query), variables });
    return { data, errors: CombinedGraphQLErrors.is(error) ? error.errors : error && [error] };
  };
  const following = (link) => (text, variables) =>
    iterated((observer) => {
      const subscribed = over(link).subscribe({ query: gql(text), variables }).subscribe(observer);
      return () => subscribed.unsubscribe();
    });
  const http = over(new HttpLink({ uri: url, headers }));
  return {
    query: (text, variables) => asked(http, text, variables),
    follow: {
      websocket: following(new GraphQLWsLink(sockets)),
      events: following(new EventsLink({ url, headers })),
    },
    persisted: async (variables) => ({
      post: await persisted(false, variables),
      get: await persisted(true, variables),
    }),
    end: () => sockets.dispose(),
  };

  // The requests of one query asked twice: how, whether with its text, and what came of it.
  async function persisted(useGETForHashedQueries, variables) {
    const requests = [];
    const noted = async (address, init) => {
      const answer = await fetch(address, init);
      const { errors } = await answer.clone().json();
      const hasText = init.method === 'POST' ? 'query' in JSON.parse(init.body) : new URL(address).searchParams.has('query');
      requests.push([init.method, hasText, errors?.[0].extensions.code ?? 'OK']);
      return answer;
    };
    const link = new PersistedQueryLink({ sha256, useGETForHashedQueries });
    const text = useGETForHashedQueries ? PERSISTED.replace('Persisted', 'ByAddress') : PERSISTED;
    const client = over(link.concat(new HttpLink({ uri: url, headers, fetch: noted })));
    for (let time = 0; time < 2; time++) {
      const { data, errors } = await asked(client, text, variables);
      if (errors || data.round.id !== variables.id) throw new Error(JSON.stringify({ data, errors }));
    }
    return requests;
  }
}
