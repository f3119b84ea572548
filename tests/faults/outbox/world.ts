import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Targets with a memory, on loopback: gists and a git repository after GitHub's REST API, a channel that de-duplicates
 * by nonce, a webhook that can't be read. They outlive the workers that are killed, and count every effect.
 */
export interface World {
  url: string;
  /** How often each step took effect, by its key. */
  effects: ReadonlyMap<string, number>;
  /** Resolves at the next effect. */
  nextEffect(): Promise<void>;
  /** From now on every request is answered at once and well. */
  calm(): void;
  close(): Promise<void>;
}

type Accident =
  | 'none'
  | 'drop-before'
  | 'drop-during'
  | 'drop-after'
  | 'late'
  | '429'
  | '502-before'
  | '502-after';

/** Out of 100 writes. */
const accidentsOfWrites: readonly [Accident, number][] = [
  ['drop-before', 7],
  ['drop-during', 7],
  ['drop-after', 7],
  ['late', 8],
  ['429', 4],
  ['502-before', 4],
  ['502-after', 5],
];
const accidentsOfReads: readonly [Accident, number][] = [
  ['drop-before', 3],
  ['502-before', 3],
  ['late', 3],
];

/** A late effect happens at most this long after its request. */
export const lateEffectMaxMs = 60;
/** How long a channel remembers a nonce. */
const NONCE_WINDOW_MS = 2_000;

interface Reply {
  status: number;
  body: unknown;
}

interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  body: Record<string, unknown>;
  baseUrl: string;
}

export async function startWorld(): Promise<World> {
  const effects = new Map<string, number>();
  let next = Promise.withResolvers<void>();
  const count = (key: string) => {
    effects.set(key, (effects.get(key) ?? 0) + 1);
    next.resolve();
    next = Promise.withResolvers<void>();
  };
  const targets = [gists(count), repository(count), channel(count), webhook(count)];
  let calm = false;
  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });
  const url = await listen(server);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(decodeURIComponent(request.url ?? '/'), url);
    const body = await bodyOf(request);
    const call: Call = {
      method: request.method ?? '',
      path: pathname,
      query: searchParams,
      body,
      baseUrl: url,
    };
    const respond = () => targets.map((target) => target(call)).find((reply) => reply !== undefined);
    const accident = calm ? 'none' : draw(request.method === 'GET' ? accidentsOfReads : accidentsOfWrites);
    await happen(accident, respond, response);
  }

  return {
    url,
    effects,
    nextEffect: () => next.promise,
    calm: () => {
      calm = true;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function happen(
  accident: Accident,
  respond: () => Reply | undefined,
  response: ServerResponse,
): Promise<void> {
  switch (accident) {
    case 'drop-before':
      return void response.destroy();
    case '429':
      response.writeHead(429, { 'retry-after': '0', 'content-type': 'application/json' });
      return void response.end('{"message":"slow down"}');
    case '502-before':
      return void response.writeHead(502).end('bad gateway');
    case 'late':
      await new Promise((resolve) => setTimeout(resolve, Math.random() * lateEffectMaxMs));
      break;
  }
  const reply = respond() ?? { status: 404, body: { message: 'not found' } };
  const text = JSON.stringify(reply.body);
  switch (accident) {
    case 'drop-after':
      return void response.destroy();
    case '502-after':
      return void response.writeHead(502).end('bad gateway');
    case 'drop-during':
      response.writeHead(reply.status, {
        'content-type': 'application/json',
        'content-length': text.length + 1,
      });
      response.write(text.slice(0, text.length / 2), () => response.destroy());
      return;
  }
  response.writeHead(reply.status, { 'content-type': 'application/json' });
  response.end(text);
}

type Target = (call: Call) => Reply | undefined;

function gists(count: (key: string) => void): Target {
  const all: { id: string; description: string; html_url: string; updatedAtMs: number }[] = [];
  return ({ method, path, query, body, baseUrl }) => {
    if (path !== '/gists') return undefined;
    if (method === 'POST') {
      const description = String(body.description);
      const id = sha(description + all.length);
      const gist = { id, description, html_url: `${baseUrl}/gist/${id}`, updatedAtMs: Date.now() };
      all.push(gist);
      count(/\[pub:(\w+)\]/.exec(description)?.[1] ?? '');
      return { status: 201, body: gist };
    }
    const sinceMs = Date.parse(query.get('since') ?? '1970-01-01T00:00:00Z');
    const matching = all.filter(({ updatedAtMs }) => updatedAtMs >= sinceMs).reverse();
    return { status: 200, body: pageOf(matching, query) };
  };
}

/** Enough of git data: objects by digest, and one branch that moves only forward. */
function repository(count: (key: string) => void): Target {
  const commits = new Map<string, { sha: string; message: string; parents: string[]; atMs: number }>();
  const root = { sha: sha('root'), message: 'root', parents: [], atMs: 0 };
  commits.set(root.sha, root);
  let head = root.sha;
  return ({ method, path, query, body }) => {
    const [, repos, , , ...rest] = path.split('/');
    if (repos !== 'repos') return undefined;
    const what = `${method} ${rest.join('/')}`;
    if (what === 'GET git/ref/heads/main') return { status: 200, body: { object: { sha: head } } };
    if (what === 'POST git/blobs' || what === 'POST git/trees')
      return { status: 201, body: { sha: sha(body) } };
    if (what === 'POST git/commits') {
      const commit = {
        sha: sha(body),
        message: String(body.message),
        parents: body.parents as string[],
        atMs: Date.now(),
      };
      if (!commits.has(commit.sha)) commits.set(commit.sha, commit);
      return { status: 201, body: { sha: commit.sha } };
    }
    if (what === 'PATCH git/refs/heads/main') {
      const next = commits.get(String(body.sha));
      if (next?.parents[0] !== head)
        return { status: 422, body: { message: 'Update is not a fast forward' } };
      head = next.sha;
      count(/^Publication-Id: (\w+)$/m.exec(next.message)?.[1] ?? '');
      return { status: 200, body: { object: { sha: head } } };
    }
    if (what === 'GET commits') {
      const line = [];
      for (let at = commits.get(head); at && at !== root; at = commits.get(at.parents[0] ?? ''))
        line.push({ sha: at.sha, commit: { message: at.message } });
      return { status: 200, body: pageOf(line, query) };
    }
    return undefined;
  };
}

function channel(count: (key: string) => void): Target {
  const messages: { id: string; nonce: string; content: string; atMs: number }[] = [];
  return ({ method, path, query, body }) => {
    if (!path.startsWith('/channels/')) return undefined;
    if (method === 'POST') {
      const nonce = String(body.nonce);
      const known = messages.findLast((message) => message.nonce === nonce);
      if (known && body.enforce_nonce && Date.now() - known.atMs < NONCE_WINDOW_MS)
        return { status: 200, body: known };
      const message = {
        id: String(messages.length + 1),
        nonce,
        content: String(body.content),
        atMs: Date.now(),
      };
      messages.push(message);
      count(nonce);
      return { status: 200, body: message };
    }
    const afterMs = Number(query.get('after') ?? 0);
    return { status: 200, body: messages.filter(({ atMs }) => atMs >= afterMs) };
  };
}

function webhook(count: (key: string) => void): Target {
  return ({ method, path, body }) => {
    if (method !== 'POST' || !path.startsWith('/hook/')) return undefined;
    count(String(body.key));
    return { status: 200, body: { ok: true } };
  };
}

function pageOf<Item>(items: readonly Item[], query: URLSearchParams): readonly Item[] {
  const size = Number(query.get('per_page') ?? 30);
  const page = Number(query.get('page') ?? 1);
  return items.slice((page - 1) * size, page * size);
}

function draw(table: readonly [Accident, number][]): Accident {
  let left = Math.random() * 100;
  for (const [accident, share] of table) {
    left -= share;
    if (left < 0) return accident;
  }
  return 'none';
}

function sha(value: unknown): string {
  return createHash('sha1').update(JSON.stringify(value)).digest('hex');
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? {} : JSON.parse(text);
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () =>
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    );
  });
}
