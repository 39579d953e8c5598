import { createClient as createEvents } from 'graphql-sse';
import { createClient as createSockets } from 'graphql-ws';
import relay from 'relay-runtime';
import WebSocket from 'ws';
import { iterated } from './iterated.mjs';

const { Environment, Network, Observable, RecordSource, Store, fetchQuery, requestSubscription } = relay;

// What relay-compiler would write for these operations; its text is the one that is asked for.
const variable = { defaultValue: null, kind: 'LocalArgument', name: 'id' };
const scalar = (name) => ({ alias: null, args: null, kind: 'ScalarField', name, storageKey: null });
function compiled(text) {
  const [, operationKind, name, field, argument] = text.match(/^(\w+) (\w+)\(.*?\) \{ (\w+)\((\w+):/);
  const selections = [
    {
      alias: null,
      args: [{ kind: 'Variable', name: argument, variableName: 'id' }],
      concreteType: 'Round',
      kind: 'LinkedField',
      name: field,
      plural: false,
      selections: ['__typename', 'id', 'state', 'revision'].map(scalar),
      storageKey: null,
    },
  ];
  const type = operationKind === 'query' ? 'Query' : 'Subscription';
  return {
    fragment: { argumentDefinitions: [variable], kind: 'Fragment', metadata: null, name, selections, type, abstractKey: null },
    kind: 'Request',
    operation: { argumentDefinitions: [variable], kind: 'Operation', name, selections },
    params: { cacheID: text, id: null, metadata: {}, name, operationKind, text },
  };
}

export function connect({ url, socket, token }) {
  const authorization = `Bearer ${token}`;
  const ask = async ({ text }, variables) => {
    const headers = { 'content-type': 'application/json', accept: 'application/graphql-response+json', authorization };
    return (await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query: text, variables }) })).json();
  };
  const sockets = createSockets({ url: socket, webSocketImpl: WebSocket, connectionParams: { authorization } });
  const events = createEvents({ url, headers: { authorization } });
  const environment = (client) =>
    new Environment({
      network: Network.create(ask, ({ text, name }, variables) =>
        Observable.create((sink) => client.subscribe({ operationName: name, query: text, variables }, sink)),
      ),
      store: new Store(new RecordSource()),
    });
  const following = (client) => (text, variables) =>
    iterated(({ next, error, complete }) => {
      const { dispose } = requestSubscription(environment(client), {
        subscription: compiled(text),
        variables,
        onNext: (data) => next({ data }),
        onError: error,
        onCompleted: complete,
      });
      return dispose;
    });
  const query = async (text, variables) => {
    try {
      return { data: await fetchQuery(environment(sockets), compiled(text), variables).toPromise() };
    } catch (error) {
      return { errors: error.source?.errors ?? [error] };
    }
  };
  return { query, follow: { websocket: following(sockets), events: following(events) }, end: () => sockets.dispose() };
}
