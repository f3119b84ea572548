import { afterEach, beforeEach, expect, test } from 'vitest';
import { huggingface as huggingfacePlugin } from '#plugins/huggingface/index.ts';
import { assembled } from '#publishing/publishers.ts';
import { rejection } from '../../support/rejection.ts';
import { artifactsOf, attemptAt, key } from '../compliance/attempt.ts';
import { type FakeHub, openFakeHub } from './fake-hub.ts';

const huggingface = await assembled(huggingfacePlugin);

const repo = 'north/archive';
let hub: FakeHub;

beforeEach(async () => {
  hub = await openFakeHub([`datasets/${repo}`, 'models/org/tools']);
});
afterEach(() => hub.close());

const optionsOf = (options: object) => huggingface.describe.options.parse(options);

function attempt(token = 'hf_token') {
  return attemptAt(hub, { credentials: { token }, artifacts: artifactsOf([]) });
}

async function problemsOf(options: object, token?: string) {
  const { problems } = await huggingface.verify(attempt(token), optionsOf(options));
  expect(hub.server.writeCount).toBe(0);
  for (const each of problems) expect(each).toMatch(/^\S.*[.]$/);
  return problems.join('\n');
}

function become(who: Partial<FakeHub['who']>): void {
  hub.who = { ...hub.who, ...who };
}

function scopedTo(type: string, name: string, ...permissions: string[]) {
  const scoped = [{ entity: { _id: '1', type, name }, permissions }];
  return { role: 'fineGrained', fineGrained: { global: [], scoped } };
}

test.each([
  ['the account’s own', { repo }, {}],
  ['one that is to be made', { repo: 'north/new', create: true }, {}],
  [
    'an organisation’s',
    { kind: 'model', repo: 'Org/tools' },
    { orgs: [{ name: 'org', roleInOrg: 'write' }] },
  ],
  ['one whose readers are asked', { repo }, {}],
  ['a token for its owner', { repo }, { accessToken: scopedTo('user', 'north', 'repo.write') }],
  ['a token for it alone', { repo }, { accessToken: scopedTo('dataset', repo, 'repo.write') }],
  ['a token that ends next year', { repo }, { expiresAt: '2099-01-01T00:00:00.000Z' }],
])('verify finds nothing wrong with %s', async (name, options, who) => {
  if (name.includes('readers')) hub.state = { gated: 'manual' };
  if (name.includes('organisation')) hub.repositories.set('models/Org/tools', []);
  become(who);
  expect(await problemsOf(options)).toBe('');
});

test.each(['', 'not-a-token'])('verify names the token “%s”', async (token) => {
  expect(await problemsOf({ repo }, token)).toMatch(/\/publish connect\.$/);
});

test('verify says when the token ends, and names one that has', async () => {
  const wanted = optionsOf({ repo });
  expect(await huggingface.verify(attempt(), wanted)).toEqual({ account: 'north', problems: [] });
  const accessToken = { role: 'write', expiration: '2099-01-01T00:00:00.000Z' };
  const endsAtMs = Date.UTC(2099, 0, 1);
  become({ accessToken });
  expect(await huggingface.verify(attempt(), wanted)).toMatchObject({ problems: [], endsAtMs });
  become({ expiresAt: '2098-01-01T00:00:00.000Z' });
  expect(await huggingface.verify(attempt(), wanted)).toMatchObject({ endsAtMs: Date.UTC(2098, 0, 1) });
  become({ accessToken: { ...accessToken, expiration: new Date(Date.now() - 1_000).toISOString() } });
  expect(await problemsOf({ repo })).toMatch(/\/publish connect\.$/);
});

/** Each is what the commit itself would meet. */
test.each<[string, object, () => void, RegExp]>([
  [
    'a repository that isn’t there',
    { repo: 'north/none' },
    () => undefined,
    /no dataset north\/none: make it/,
  ],
  [
    'a repository of another kind',
    { kind: 'model', repo },
    () => undefined,
    /is a dataset.*set the target’s kind/,
  ],
  [
    'a disabled repository',
    { repo },
    () => void Object.assign(hub.state, { disabled: true }),
    /has disabled/,
  ],
  [
    'a repository that nobody may read any more',
    { repo },
    () => void Object.assign(hub, { isShut: true }),
    /^Hugging Face has disabled north\/archive: ask its support, or change the target\.$/,
  ],
  [
    'a branch that isn’t there',
    { repo, branch: 'master' },
    () => undefined,
    /no branch master \(it has main\): correct/,
  ],
  ['a tag', { repo, branch: 'v1' }, () => void hub.tags.push('v1'), /v1 is a tag/],
  [
    'a token that may only read',
    { repo },
    () => become({ accessToken: { displayName: 'hub', role: 'read' } }),
    /may only read: make one/,
  ],
  [
    'a fine-grained token that may only read there',
    { repo },
    () => become({ accessToken: scopedTo('dataset', repo, 'repo.content.read') }),
    /may not write to north\/archive/,
  ],
  [
    'a fine-grained token of another repository',
    { repo },
    () => become({ accessToken: scopedTo('dataset', 'north/other', 'repo.write') }),
    /may not write to north\/archive/,
  ],
  ['somebody else’s repository', { kind: 'model', repo: 'org/tools' }, () => undefined, /not belong to org/],
  [
    'an organisation in which the account only reads',
    { kind: 'model', repo: 'org/tools' },
    () => become({ orgs: [{ name: 'org', roleInOrg: 'read' }] }),
    /may only read in org: ask/,
  ],
])('verify names %s, which would be refused', async (_, options, prepare, problem) => {
  prepare();
  expect(await problemsOf(options)).toMatch(problem);
  const content = { title: 'T', body: 'B', tags: [], media: [] };
  const { steps } = huggingface.render(content, optionsOf(options), { key, createdAtMs: 0 });
  await rejection(huggingface.execute(attempt(), steps[0]!, {}));
  expect(hub.effects()).toEqual([]);
});

test('verify names a repository that was renamed', async () => {
  const answer = { status: 307, headers: { location: '/api/datasets/north/new' } };
  const moved = { ...attempt(), http: attempt().http };
  const plain = moved.http.fetch;
  moved.http = {
    ...moved.http,
    fetch: async (input, init) =>
      String(input).endsWith(repo) ? new Response(null, answer) : plain(input, init),
  };
  const { problems } = await huggingface.verify(moved, optionsOf({ repo }));
  expect(problems.join()).toMatch(/renamed or moved: set the target’s repo/);
});
