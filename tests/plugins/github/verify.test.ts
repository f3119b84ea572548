import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { github as githubPlugin } from '#plugins/github/index.ts';
import { assembled } from '#publishing/publishers.ts';
import { attemptAt } from '../compliance/attempt.ts';
import { openFakeGithub } from './fake-github.ts';
import type { FakeGithub } from './fake-route.ts';

const github = await assembled(githubPlugin);

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

let fake: FakeGithub;
beforeEach(async () => {
  fake = await openFakeGithub();
});
afterEach(async () => {
  const violations = fake.violations();
  await fake.close();
  expect(violations).toEqual([]);
});

async function said(options: object) {
  const { signInPaths } = github.describe;
  const context = attemptAt(fake, {
    credentials: { token: 'ghp_token', privateKey },
    dryRun: true,
    ...(signInPaths && { signInPaths }),
  });
  const wanted = github.describe.options.parse({
    ...(Reflect.get(options, 'kind') === 'gist' ? {} : { owner: 'north', repo: 'site' }),
    ...options,
  });
  return github.verify(context, wanted);
}

async function problemsOf(options: object): Promise<readonly string[]> {
  return (await said(options)).problems;
}

const head = () => fake.repository.branches.get('main') ?? '';
const renameMain = () => {
  const { repository } = fake;
  repository.branches.set('master', head());
  repository.branches.delete('main');
  repository.defaultBranch = 'master';
};
const app = { id: 7, installationId: 8 };

test.each([
  { kind: 'commit' },
  { kind: 'commit', app },
  { kind: 'pull-request' },
  { kind: 'pages' },
  { kind: 'release' },
  { kind: 'release', tag: 'v1', target: 'main', existing: 'append' },
])('verify finds nothing wrong with %o', async (options) => {
  expect(await problemsOf(options)).toEqual([]);
});

test.each([
  ['pub-{date}-{slug}', false],
  ['v{version}', false],
  ['v1', true],
])('verify asks about the tag %s only where every publication shares it: %s', async (tag, asks) => {
  expect(await problemsOf({ kind: 'release', tag })).toEqual([]);
  const asked = fake.server.requests.map(({ path }) => decodeURIComponent(path));
  expect(asked.some((path) => path.endsWith('/git/ref/heads/main'))).toBe(true);
  expect(asked.filter((path) => path.endsWith(`/${tag}`))).toHaveLength(asks ? 3 : 0);
});

test.each([{ kind: 'commit' }, { kind: 'gist' }])(
  'verify says when the token ends, of %o',
  async (options) => {
    expect(await said(options)).not.toHaveProperty('endsAtMs');
    fake.rights.endsAtMs = Math.floor(Date.now() / 1_000) * 1_000 + 86_400_000;
    expect(await said(options)).toMatchObject({ problems: [], endsAtMs: fake.rights.endsAtMs });
    // In another zone.
    const at = '2099-01-01 08:00:00 -0700';
    Object.assign(fake, { rights: { ...fake.rights, endsAtMs: undefined } });
    fake.headers['github-authentication-token-expiration'] = at;
    expect(await said(options)).toMatchObject({ problems: [], endsAtMs: Date.UTC(2099, 0, 1, 15) });
  },
);

test.each<[string, object, () => void, RegExp]>([
  [
    'a commit’s branch that is not there',
    { kind: 'commit' },
    renameMain,
    /no branch main; its default branch is master: set the target’s “branch” to master/,
  ],
  [
    'the same, asked as an App',
    { kind: 'commit', app },
    renameMain,
    /no branch main; its default branch is master/,
  ],
  [
    'a pull request’s base that is not there',
    { kind: 'pull-request' },
    renameMain,
    /set the target’s “base” to master/,
  ],
  [
    'a release’s target that is not there',
    { kind: 'release', target: 'main' },
    renameMain,
    /set the target’s “target” to master/,
  ],
  [
    'a target that is a tag',
    { kind: 'release', target: 'v1' },
    () => void fake.repository.tags.set('v1', head()),
    /v1 is a tag there/,
  ],
  [
    'an empty repository',
    { kind: 'commit' },
    () => fake.repository.branches.clear(),
    /has no commit yet: make a first one/,
  ],
  [
    'an archived repository',
    { kind: 'release' },
    () => void Object.assign(fake.repository, { archived: true }),
    /is archived/,
  ],
  [
    'a disabled repository',
    { kind: 'pages' },
    () => void Object.assign(fake.repository, { disabled: true }),
    /has disabled/,
  ],
  [
    'no right to write',
    { kind: 'release' },
    () => void Object.assign(fake.repository.permissions, { push: false }),
    /may not write to north\/site/,
  ],
  [
    'Pages that are off, without the right to switch them on',
    { kind: 'pages' },
    () => void Object.assign(fake.repository.permissions, { maintain: false }),
    /Pages of north\/site are off, and this account may not switch them on/,
  ],
  [
    'Pages of another branch',
    { kind: 'pages' },
    () => void Object.assign(fake.repository, { pagesBranch: 'docs' }),
    /shows the branch docs/,
  ],
  [
    'a token without the scope',
    { kind: 'commit' },
    () => void Object.assign(fake.headers, { 'x-oauth-scopes': 'gist' }),
    /lacks the scope “repo”/,
  ],
  [
    'a token that has ended',
    { kind: 'commit' },
    () => void Object.assign(fake.rights, { endsAtMs: Date.now() - 1_000 }),
    /Bad credentials/,
  ],
  [
    'requests that are used up',
    { kind: 'commit' },
    () => void Object.assign(fake.headers, { 'x-ratelimit-remaining': '0' }),
    /requests are used up/,
  ],
  [
    'requests of the hour that are gone',
    { kind: 'commit' },
    () => void Object.assign(fake.rights, { isUsedUp: true }),
    /API rate limit exceeded/,
  ],
  [
    'a token that was revoked',
    { kind: 'release' },
    () => void Object.assign(fake.rights, { isRevoked: true }),
    /Bad credentials/,
  ],
  [
    'single sign-on that the token was not authorised for',
    { kind: 'release' },
    () => void Object.assign(fake.rights, { needsSso: true }),
    /SAML enforcement.*Configure SSO/,
  ],
  [
    'a list of allowed addresses without this hub’s',
    { kind: 'pull-request' },
    () => void Object.assign(fake.rights, { isAddressBlocked: true }),
    /IP allow list.*adds this hub’s address to the list/,
  ],
  [
    'a tag that has a release',
    { kind: 'release', tag: 'v1' },
    () => {
      fake.repository.releases.push({ id: 1, tag: 'v1', body: '', draft: false, assets: [] });
    },
    /already has a release .*set the target’s “existing” to append/,
  ],
  [
    'a tag on another commit',
    { kind: 'release', tag: 'v1' },
    () => {
      fake.repository.tags.set('v1', head());
      fake.repository.pushBySomebody('main');
    },
    /The tag v1 exists at [0-9a-f]{7}, and main is at [0-9a-f]{7}/,
  ],
  [
    'a tag that is a branch, too',
    { kind: 'release', tag: 'main' },
    () => undefined,
    /main is the name of a branch, too/,
  ],
  [
    'files for published releases where those can’t be changed',
    { kind: 'release', existing: 'append' },
    () => void Object.assign(fake.repository, { immutableReleases: true }),
    /forbids changes of published releases/,
  ],
])('verify names %s', async (_, options, prepare, problem) => {
  prepare();
  const problems = await problemsOf(options);
  expect(problems.join('\n')).toMatch(problem);
  for (const each of problems) expect(each).toMatch(/[.]$/);
});
