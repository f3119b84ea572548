import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Fate, PublicationContent, Receipt, Receipts } from '#contracts/publisher.ts';
import { github as githubPlugin } from '#plugins/github/index.ts';
import { assembled } from '#publishing/publishers.ts';
import { artifactsOf, attemptAt, key, mediaOf } from '../compliance/attempt.ts';
import { openFakeGithub } from './fake-github.ts';
import { type FakeGithub, refusal } from './fake-route.ts';

const github = await assembled(githubPlugin);

const settings = { key, createdAtMs: Date.UTC(2026, 10, 20) };
const file = Buffer.from('contents of the file'.repeat(500));
const content: PublicationContent = { title: 'Done', body: 'It is done.', tags: ['v1.2'], media: [] };
const withFile = { ...content, media: [mediaOf(file, 'report.bin', 'application/octet-stream')] };

let fake: FakeGithub;
beforeEach(async () => {
  fake = await openFakeGithub();
});
afterEach(async () => {
  const violations = fake.violations();
  await fake.close();
  expect(violations).toEqual([]);
});

const attempt = () =>
  attemptAt(fake, { credentials: { token: 'ghp_token' }, artifacts: artifactsOf([file]) });
const stepsOf = (options: object, from = content) =>
  github.render(from, github.describe.options.parse({ owner: 'north', repo: 'site', ...options }), settings)
    .steps;

async function deliver(options: object, from = content): Promise<Record<string, Receipt>> {
  const receipts: Record<string, Receipt> = {};
  for (const step of stepsOf(options, from))
    receipts[step.id] = await github.execute(attempt(), step, receipts);
  return receipts;
}

async function fateOf(options: object, from = content, earlier: Receipts = {}, index = 0): Promise<Fate> {
  try {
    await github.execute(attempt(), stepsOf(options, from)[index]!, earlier);
  } catch (error) {
    return github.classify(error);
  }
  throw new Error('it was not refused');
}

test.skipIf(!process.env.OFFICIAL_SPECS_DIR)('the judge sees every exchange, and can refuse', async () => {
  await deliver({ kind: 'release' }, withFile);
  expect(fake.judgedCount()).toBe(fake.server.requests.length);
  const bad = await openFakeGithub();
  await attempt().http.fetch(`${bad.server.url}/gists`, {
    method: 'POST',
    headers: { authorization: 'Bearer x', 'content-type': 'application/json' },
    body: JSON.stringify({ desc: 'no files' }),
  });
  await bad.close();
  expect(bad.violations().join('\n')).toMatch(/POST \/gists request .*(additional properties|files)/);
});

describe('refusals say what to change', () => {
  test('a renamed repository, with its new name', async () => {
    fake.renamed.set('north/old', 'north/site');
    expect(await fateOf({ kind: 'commit', repo: 'old' })).toEqual({
      state: 'rejected',
      reason: 'The repository is now north/site: set the target’s owner and repo to that',
    });
    const options = github.describe.options.parse({ kind: 'commit', owner: 'north', repo: 'old' });
    expect((await github.verify(attempt(), options)).problems).toEqual([
      expect.stringContaining('is now north/site'),
    ]);
  });

  test.each<[string, object, (fake: FakeGithub) => void, RegExp]>([
    ['a protected branch', { kind: 'commit', branch: 'protected' }, () => undefined, /branch is protected/],
    ['a missing branch', { kind: 'commit', branch: 'nowhere' }, () => undefined, /no branch nowhere/],
    [
      'a missing repository',
      { kind: 'release', repo: 'gone' },
      () => undefined,
      /not there, or this account/,
    ],
    ['an empty repository', { kind: 'commit' }, (on) => on.repository.branches.clear(), /first commit/],
    [
      'Pages of another branch',
      { kind: 'pages' },
      (on) => void Object.assign(on.repository, { pagesBranch: 'docs' }),
      /shows the branch docs/,
    ],
    [
      'a taken release tag',
      { kind: 'release', tag: 'v1' },
      (on) =>
        void on.repository.releases.push({ id: 1, tag: 'v1', body: 'theirs', draft: false, assets: [] }),
      /already has a release/,
    ],
  ])('%s', async (_, options, prepare, reason) => {
    prepare(fake);
    const index = reason.source.includes('shows the branch') ? 1 : 0;
    const fate = await fateOf(options, content, {}, index);
    expect(fate).toMatchObject({ state: 'rejected', reason: expect.stringMatching(reason) });
    expect(fake.effects().filter(({ text }) => text.includes(key))).toEqual([]);
  });

  test.each<[string, () => void, Fate['state'], RegExp]>([
    [
      'an expired token pauses the target',
      () => void Object.assign(fake.rights, { isRevoked: true }),
      'authorisation-lost',
      /Bad credentials.*enters another/,
    ],
    [
      'a revoked permission pauses the target',
      () => void Object.assign(fake.rights, { mayOnlyRead: true }),
      'authorisation-lost',
      /personal access token\. Give the token or App the permission/,
    ],
    [
      'single sign-on pauses the target',
      () => void Object.assign(fake.rights, { needsSso: true }),
      'authorisation-lost',
      /Configure SSO/,
    ],
    [
      'a list of allowed addresses pauses the target',
      () => void Object.assign(fake.rights, { isAddressBlocked: true }),
      'authorisation-lost',
      /adds this hub’s address to the list/,
    ],
    [
      'requests used up wait for the reset',
      () => void Object.assign(fake.rights, { isUsedUp: true }),
      'rate-limited',
      /API rate limit exceeded/,
    ],
    [
      'an archived repository is no lost right',
      () => void Object.assign(fake.repository, { archived: true }),
      'rejected',
      /unarchive it, or change the target/,
    ],
    [
      'a disabled repository is no lost right',
      () => void Object.assign(fake.repository, { disabled: true }),
      'rejected',
      /settle it with GitHub, or change the target/,
    ],
    [
      'a right to write that is gone is named',
      () => void Object.assign(fake.repository.permissions, { push: false }),
      'rejected',
      /or this account may not write to it/,
    ],
  ])('%s', async (_, prepare, state, reason) => {
    prepare();
    expect(await fateOf({ kind: 'release' })).toMatchObject({ state, reason: expect.stringMatching(reason) });
    expect(fake.effects()).toEqual([]);
  });

  test.each(['Resource not accessible by integration', 'Must have admin rights to Repository.'])(
    'the words “%s” pause the target, too',
    async (words) => {
      fake.server.expectFaults({ 0: { kind: 'answer', answer: refusal(403, words) } });
      expect(await fateOf({ kind: 'release' })).toMatchObject({
        state: 'authorisation-lost',
        reason: expect.stringContaining(words.replace(/\.$/, '')),
      });
    },
  );
});

describe('commits', () => {
  test('hold the text and the bytes of the artifacts, beside what was there', async () => {
    await deliver({ kind: 'commit', path: 'a/{slug}.md', mediaFolder: 'files' }, withFile);
    expect(fake.repository.file('main', 'a/done.md')).toContain('It is done.');
    expect(fake.repository.file('main', 'files/report.bin')).toBe(file.toString());
    expect(fake.repository.file('main', 'README.md')).toBe('Hello');
  });

  test('of somebody else in between stay, and ours lands on top', async () => {
    const seen = fake.server.requests;
    seen.push = function push(asked) {
      const isFirst = !this.some(({ path }) => path.endsWith('/git/commits'));
      if (asked.method === 'POST' && asked.path.endsWith('/git/commits') && isFirst)
        fake.repository.pushBySomebody('main');
      return Array.prototype.push.call(this, asked);
    };
    await deliver({ kind: 'commit' });
    const [ours, theirs] = fake.repository.history('main');
    expect(ours?.message).toContain('Publication-Id');
    expect(theirs?.message).toBe('Other');
    expect(fake.effects()).toHaveLength(1);
  });

  test('that can never be placed are tried again later, not forced', async () => {
    fake.server.requests.push = function push(asked) {
      if (asked.method === 'PATCH') fake.repository.pushBySomebody('main');
      return Array.prototype.push.call(this, asked);
    };
    expect(await fateOf({ kind: 'commit' })).toMatchObject({ state: 'not-sent' });
    expect(fake.effects()).toEqual([]);
  });
});

describe('release assets', () => {
  test('stream with their length', async () => {
    await deliver({ kind: 'release' }, withFile);
    const upload = fake.server.requests.find(({ query }) => query.has('name'));
    expect(upload?.headers['content-length']).toBe(String(file.length));
    expect(upload?.body.equals(file)).toBe(true);
  });

  test('left half by a gateway are deleted and sent again', async () => {
    const [releaseStep, assetStep] = stepsOf({ kind: 'release' }, withFile);
    const release = await github.execute(attempt(), releaseStep!, {});
    const half = { id: 7, name: 'report.bin', state: 'starter' as const, size: 0, digest: null };
    fake.repository.releases[0]?.assets.push(half);
    expect(await github.find(attempt(), assetStep!, { release })).toEqual({ state: 'absent' });
    await github.execute(attempt(), assetStep!, { release });
    expect(fake.repository.releases[0]?.assets).toMatchObject([{ state: 'uploaded', size: file.length }]);
  });

  test('of the same name with other bytes are not taken for ours', async () => {
    const release = await github.execute(attempt(), stepsOf({ kind: 'release' }, withFile)[0]!, {});
    const other = {
      id: 7,
      name: 'report.bin',
      state: 'uploaded' as const,
      size: file.length,
      digest: 'sha256:00',
    };
    fake.repository.releases[0]?.assets.push(other);
    const fate = await fateOf({ kind: 'release' }, withFile, { release }, 1);
    expect(fate).toMatchObject({ state: 'rejected', reason: expect.stringContaining('another report.bin') });
  });

  test('are sent to no address but GitHub’s, as the token goes along', async () => {
    const release = { remoteId: '100', data: { uploadUrl: 'https://evil.example.com/upload' } };
    fake.repository.releases.push({ id: 100, tag: 'v1', body: '', draft: false, assets: [] });
    const fate = await fateOf({ kind: 'release' }, withFile, { release }, 1);
    expect(fate).toMatchObject({ state: 'rejected', reason: expect.stringContaining('unknown address') });
  });
});

test('a draft is found by its marker', async () => {
  const [step] = stepsOf({ kind: 'release', draft: true });
  expect(await github.find(attempt(), step!, {})).toEqual({ state: 'absent' });
  await github.execute(attempt(), step!, {});
  expect(await github.find(attempt(), step!, {})).toMatchObject({ state: 'found' });
});

test('verify names what is missing', async () => {
  fake.headers['x-oauth-scopes'] = 'gist, read:org';
  fake.repository.archived = true;
  const options = github.describe.options.parse({ kind: 'commit', owner: 'north', repo: 'site' });
  const { account, problems, quota } = await github.verify(attempt(), options);
  expect(account).toBe('north-bot');
  expect(problems).toEqual([expect.stringContaining('“repo”'), expect.stringContaining('archived')]);
  expect(quota).toMatch(/^4990 of 5000 requests left until \d\d:\d\d UTC$/);
  const gists = github.describe.options.parse({ kind: 'gist' });
  expect((await github.verify(attempt(), gists)).problems).toEqual([]);
});

test.each([
  ['a placeholder that isn’t there', { tag: 'v{versoin}' }, {}, /unknown placeholder \{versoin\}/],
  ['{version} without a version', { tag: '{version}' }, { tags: [] }, /give the publication a tag/],
  ['a tag git refuses', { tag: 'a..b' }, {}, /can’t be a git tag/],
  ['an empty file', {}, { media: [{ ...withFile.media[0]!, sizeBytes: 0 }] }, /is empty/],
  ['notes too long', {}, { body: 'x'.repeat(125_001) }, /125000 characters/],
])('a release beyond a limit: %s', (_, options, change, problem) => {
  const parsed = github.describe.options.parse({ kind: 'release', owner: 'north', repo: 'site', ...options });
  const { problems } = github.render({ ...content, ...change }, parsed, settings);
  expect(problems.join('\n')).toMatch(problem);
});

test.each(['../x', 'a b', '.hidden', 'x.lock', 'a~1', '-x'])('%s is no branch', (branch) => {
  const options = { kind: 'commit', owner: 'north', repo: 'site', branch };
  expect(github.describe.options.safeParse(options).success).toBe(false);
});
