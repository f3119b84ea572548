import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Entry {
  id: string;
  title?: string;
  url?: string;
  at?: string;
}

export const rssOf = (entries: readonly Entry[]) =>
  `<?xml version="1.0"?><rss version="2.0"><channel>${entries
    .map(
      ({ id, title = `Entry ${id}`, url, at }) =>
        `<item><guid isPermaLink="false">${id}</guid><title>${title}</title>${url ? `<link>${url}</link>` : ''}${at ? `<pubDate>${at}</pubDate>` : ''}</item>`,
    )
    .join('')}</channel></rss>`;

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

/** A site with one feed, as strict about conditions as RFC 9110 §13 wants it. */
export async function feedServer() {
  const { onTestFinished } = await import('vitest');
  const state = {
    entries: [] as Entry[],
    /** Instead of the feed. */
    answer: undefined as Answer | undefined,
    isSilent: false,
    /** What is elsewhere for good, by path. */
    moves: { '/old': '/new' } as Record<string, string>,
    /** The path of each request, and the status of its answer. */
    asked: [] as { path: string; status: number }[],
  };
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    if (state.isSilent) return void state.asked.push({ path, status: 0 });
    const body = rssOf(state.entries);
    const etag = `"${body.length}-${state.entries.map(({ id }) => id).join().length}-${state.entries[0]?.id}"`;
    const isSame = request.headers['if-none-match'] === etag;
    const feed: Answer = isSame
      ? { status: 304, headers: { etag } }
      : { status: 200, headers: { etag }, body };
    const location = state.moves[path];
    const moved: Answer | '' | undefined = location && { status: 301, headers: { location } };
    const { status, headers, body: sent } = state.answer ?? (moved || feed);
    state.asked.push({ path, status });
    response.writeHead(status, headers).end(sent);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    ...{ state, host: `127.0.0.1:${port}` },
    url: (path: string) => `http://127.0.0.1:${port}${path}`,
  };
}
