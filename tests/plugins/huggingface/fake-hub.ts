import { createHash } from 'node:crypto';
import { type Answer, type Asked, type FakePlatform, FaultyServer } from '../compliance/fake-platform.ts';

interface HubCommit {
  id: string;
  title: string;
  date: string;
  files: string[];
}

export interface FakeHub extends FakePlatform {
  /** "datasets/north/archive" → newest commit first. */
  repositories: Map<string, HubCommit[]>;
  /** Whose token it is, as `whoami-v2` says. */
  who: {
    orgs: object[];
    accessToken: { displayName?: string; role: string; expiration?: string };
    expiresAt?: string;
  };
  /** What a repository says of itself besides its name. */
  state: { disabled?: boolean; gated?: string };
  /** What stands in the way of its owner or its organisation. */
  limits: {
    /** In five minutes. */
    requestsLeft?: number;
    /** Free plans pay for some kinds. */
    mustPay?: boolean;
    isStorageFull?: boolean;
    /** Another request is making the repository just now. */
    isBusy?: boolean;
    /** What the organisation has decided about the token. */
    tokenPolicy?: 'pending' | 'revoked' | 'fine-grained only';
    /** Readers are let in one by one, and this account wasn't. */
    isGated?: boolean;
  };
  /** Disabled for its readers too: no body, the words in a header. */
  isShut: boolean;
  tags: string[];
  /** Sha-256 of what was uploaded apart from the commit. */
  stored: Set<string>;
  /** Answers the next commit as if somebody had committed just before. */
  pushBySomebody(repository: string): void;
}

/** From this size on the Hub wants files apart from the commit, from the second on in parts. */
const largeBytes = 10_000;
const partBytes = 16_000;
const disabledWords = 'Access to this resource is disabled.';

export async function openFakeHub(present: readonly string[] = []): Promise<FakeHub> {
  const server = new FaultyServer((asked) => answerTo(hub, asked));
  const parts = new Map<string, Buffer[]>();
  const hub: FakeHub & { parts: typeof parts } = {
    parts,
    who: { orgs: [], accessToken: { displayName: 'hub', role: 'write' } },
    state: {},
    limits: {},
    isShut: false,
    tags: [],
    repositories: new Map(present.map((name) => [name, [firstCommit(name)]])),
    stored: new Set(),
    server: await server.listen(),
    addresses: { hubUrl: server.url },
    effects: () =>
      [...hub.repositories].flatMap(([, commits]) =>
        commits.filter(({ title }) => title.includes('[pub:')).map(({ id, title }) => ({ id, text: title })),
      ),
    pushBySomebody(repository) {
      hub.repositories.get(repository)?.unshift(firstCommit(`${repository}${Math.random()}`));
    },
    violations: () => [],
    close: () => server.close(),
  };
  return hub;
}

function answerTo(hub: FakeHub & { parts: Map<string, Buffer[]> }, asked: Asked): Answer {
  const { method, path } = asked;
  const part = /^\/lfs\/([0-9a-f]{64})(?:\/(\d+))?$/.exec(path);
  if (part) return upload(hub, asked, part[1] ?? '', part[2]);
  if (!asked.headers.authorization?.startsWith('Bearer '))
    return { status: 401, body: { error: 'Invalid credentials' } };
  if (Date.parse(hub.who.accessToken.expiration ?? hub.who.expiresAt ?? '9999') <= Date.now())
    return { status: 401, body: { error: 'Invalid credentials' } };
  const limited = limitOf(hub);
  if (limited) return limited;
  if (path === '/api/whoami-v2') {
    const { orgs, ...token } = hub.who;
    const auth = { type: 'access_token', ...token };
    return { status: 200, body: { type: 'user', name: 'north', id: '1', orgs, auth } };
  }
  if (method === 'POST' && path === '/api/repos/create') return create(hub, asked);
  const [, typed, rest = ''] = /^\/api\/((?:model|dataset|space)s\/[^/]+\/[^/]+)(\/.*)?$/.exec(path) ?? [];
  const lfs = /^\/((?:datasets|spaces)\/)?([^/]+\/[^/]+)\.git\/info\/lfs\/objects\/batch$/.exec(path);
  const name = lfs ? `${lfs[1] ?? 'models/'}${lfs[2]}` : typed;
  const commits = name === undefined ? undefined : hub.repositories.get(name);
  if (!commits || name === undefined) return coded(404, 'RepoNotFound', 'Repository not found');
  if (hub.limits.isGated)
    return coded(403, 'GatedRepo', `Access to ${name} is restricted and you are not in the authorized list.`);
  const policy = hub.limits.tokenPolicy && policyWords[hub.limits.tokenPolicy];
  if (policy) return coded(403, '', policy);
  if (hub.isShut) return { status: 403, headers: { 'x-error-message': disabledWords } };
  if (lfs) return batch(hub, asked);
  if (rest === '') return { status: 200, body: { id: name, ...hub.state } };
  if (rest === '/refs') {
    const ref = { name: 'main', ref: 'refs/heads/main', targetCommit: commits[0]?.id };
    const tags = hub.tags.map((tag) => ({ ...ref, name: tag, ref: `refs/tags/${tag}` }));
    return { status: 200, body: { branches: [ref], converts: [], tags } };
  }
  if (method === 'POST' && !mayWrite(hub, name))
    return { status: 403, body: { error: 'You have read access but not the required permissions' } };
  if (method === 'POST' && hub.state.disabled) return { status: 403, body: { error: disabledWords } };
  if (rest === '/commits/main') {
    return { status: 200, body: commits.map((commit) => ({ ...commit, message: '', authors: [] })) };
  }
  if (method === 'POST' && rest === '/preupload/main') return preupload(asked);
  if (method === 'POST' && rest === '/commit/main') return commit(hub, commits, asked);
  return coded(404, 'RevisionNotFound', `Invalid rev id: ${rest.split('/').at(-1)}`);
}

/** https://huggingface.co/docs/hub/enterprise-tokens-management */
const policyWords = {
  pending:
    'Due to the organization token policy, your token needs to be approved by the organization before you can access this resource.',
  revoked:
    'Your token has been revoked by the organization administrator, you can no longer access organization resources. Please contact them for more information.',
  'fine-grained only': 'The organization requires fine-grained tokens',
};

function coded(status: number, code: string, error: string): Answer {
  return {
    status,
    headers: { ...(code && { 'x-error-code': code }), 'x-error-message': error },
    body: { error },
  };
}

/** https://huggingface.co/docs/hub/rate-limits */
function limitOf({ limits }: FakeHub): Answer | undefined {
  if (limits.requestsLeft === undefined || limits.requestsLeft-- > 0) return undefined;
  const headers = { ratelimit: '"api";r=0;t=55', 'ratelimit-policy': '"fixed window";"api";q=500;w=300' };
  return { status: 429, headers, body: { error: 'You have reached your api rate limit.' } };
}

function mayWrite({ who }: FakeHub, name: string): boolean {
  const { role, fineGrained } = who.accessToken as {
    role?: string;
    fineGrained?: { scoped: { entity: { name: string }; permissions: string[] }[] };
  };
  const owner = name.split('/')[1] ?? '';
  const org = who.orgs.find((each) => Reflect.get(each, 'name') === owner);
  if (owner !== 'north' && (!org || Reflect.get(org, 'roleInOrg') === 'read')) return false;
  if (role !== 'fineGrained') return role !== 'read';
  return (fineGrained?.scoped ?? []).some(
    ({ entity, permissions }) => name.includes(`/${entity.name}`) && permissions.includes('repo.write'),
  );
}

function create(hub: FakeHub, asked: Asked): Answer {
  const { name, organization, type } = JSON.parse(asked.body.toString());
  const full = `${type}s/${organization}/${name}`;
  if (hub.limits.mustPay) return coded(402, '', 'This kind of Space asks for a paid plan');
  if (hub.limits.isBusy)
    return coded(409, '', 'Cannot create repo: another conflicting operation is in progress');
  if (hub.repositories.has(full))
    return { status: 409, body: { error: 'You already created this dataset repo' } };
  hub.repositories.set(full, [firstCommit(full)]);
  return { status: 200, body: { url: `https://huggingface.co/${full}`, id: '1' } };
}

function preupload(asked: Asked): Answer {
  const { files } = JSON.parse(asked.body.toString()) as {
    files: { path: string; size: number; sample: string }[];
  };
  if (files.length > 100) return { status: 400, body: { error: 'Too many files' } };
  return {
    status: 200,
    body: {
      files: files.map(({ path, size }) => ({ path, uploadMode: size >= largeBytes ? 'lfs' : 'regular' })),
    },
  };
}

function batch(hub: FakeHub, asked: Asked): Answer {
  const { objects, transfers } = JSON.parse(asked.body.toString()) as {
    objects: { oid: string; size: number }[];
    transfers: string[];
  };
  if (!transfers.includes('basic')) return { status: 422, body: { error: 'no transfer' } };
  return {
    status: 200,
    body: {
      transfer: 'basic',
      objects: objects.map(({ oid, size }) => {
        if (hub.stored.has(oid)) return { oid, size };
        const href = `${hub.server.url}/lfs/${oid}`;
        const count = Math.ceil(size / partBytes);
        if (count === 1) return { oid, size, actions: { upload: { href } } };
        const numbers = Array.from({ length: count }, (_, index) => String(index + 1).padStart(5, '0'));
        const header = Object.fromEntries(numbers.map((number) => [number, `${href}/${number}`]));
        return {
          oid,
          size,
          actions: { upload: { href, header: { chunk_size: String(partBytes), ...header } } },
        };
      }),
    },
  };
}

/** Whole, in parts, or the word that all parts are there. */
function upload(
  hub: FakeHub & { parts: Map<string, Buffer[]> },
  { method, body, headers }: Asked,
  oid: string,
  part: string | undefined,
): Answer {
  if (headers.authorization) return { status: 400, body: 'a signed address takes no other authorisation' };
  if (method === 'PUT' && headers['content-length'] === undefined) return { status: 411, body: 'no length' };
  const parts = hub.parts.get(oid) ?? [];
  hub.parts.set(oid, parts);
  if (method === 'PUT' && part !== undefined) {
    parts[Number(part) - 1] = body;
    return { status: 200, headers: { etag: `"${part}"` } };
  }
  const whole = method === 'PUT' ? body : Buffer.concat(parts);
  if (createHash('sha256').update(whole).digest('hex') !== oid) return { status: 400, body: 'BadDigest' };
  hub.stored.add(oid);
  return { status: 200, body: {} };
}

function commit(hub: FakeHub, commits: HubCommit[], asked: Asked): Answer {
  if (hub.limits.isStorageFull) return coded(402, '', 'Private repository storage limit reached');
  const lines = asked.body
    .toString()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { key: string; value: Record<string, string> });
  const header = lines.find(({ key }) => key === 'header')?.value ?? {};
  if (header.parentCommit && header.parentCommit !== commits[0]?.id) {
    return { status: 412, body: { error: 'A commit has happened since. Please refresh and try again.' } };
  }
  const missing = lines.find(({ key, value }) => key === 'lfsFile' && !hub.stored.has(value.oid ?? ''));
  if (missing) return { status: 422, body: { error: 'LFS pointer points to a file that does not exist' } };
  const files = lines.filter(({ key }) => key !== 'header').map(({ value }) => value.path ?? '');
  const id = createHash('sha1').update(`${commits[0]?.id}${asked.body}`).digest('hex');
  commits.unshift({ id, title: header.summary ?? '', date: new Date().toISOString(), files });
  return {
    status: 200,
    body: { success: true, commitOid: id, commitUrl: `https://huggingface.co/c/${id}`, hookOutput: '' },
  };
}

function firstCommit(name: string): HubCommit {
  const id = createHash('sha1').update(name).digest('hex');
  return { id, title: 'initial commit', date: new Date().toISOString(), files: ['README.md'] };
}
