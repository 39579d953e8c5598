// As a page follows by itself: an address, and the browser's own EventSource.
import { EventSource } from 'eventsource';
import { iterated } from './iterated.mjs';

export function connect({ url, token }) {
  const withToken = (address, init) =>
    fetch(address, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } });
  const listen = (text, variables) =>
    iterated((observer) => {
      const address = new URL(url);
      address.searchParams.set('query', text);
      address.searchParams.set('variables', JSON.stringify(variables));
      const source = new EventSource(address, { fetch: withToken });
      source.addEventListener('next', ({ data }) => observer.next(JSON.parse(data)));
      source.addEventListener('complete', () => (source.close(), observer.complete()));
      source.addEventListener('error', (event) => observer.error(new Error(event.message)));
      return () => source.close();
    });
  const query = async (text, variables) => {
    for await (const result of listen(text, variables)) return result;
  };
  return { query, follow: { events: listen } };
}
