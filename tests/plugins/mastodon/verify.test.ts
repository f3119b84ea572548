import { afterEach, beforeEach, expect, test } from 'vitest';
import { mastodon as mastodonPlugin } from '#plugins/mastodon/index.ts';
import { mastodonOptions } from '#plugins/mastodon/options.ts';
import { assembled } from '#publishing/publishers.ts';
import { rejection } from '../../support/rejection.ts';
import { artifactsOf, attemptAt, mediaOf } from '../compliance/attempt.ts';
import { FakeMastodon, instance } from './fake-mastodon.ts';

const mastodon = await assembled(mastodonPlugin);

const credentials = { accessToken: 'canary-access-token' };
const picture = new Uint8Array([1, 2, 3]);
let fake: FakeMastodon;

beforeEach(async () => {
  fake = await FakeMastodon.open();
});
afterEach(() => fake.close());

const attempt = () => attemptAt(fake, { credentials, artifacts: artifactsOf([picture]) });

async function problemsOf(options: object = {}) {
  const { problems } = await mastodon.verify(attempt(), mastodonOptions.parse({ instance, ...options }));
  expect(fake.server.writeCount).toBe(0);
  for (const each of problems) expect(each).toMatch(/^\S.*[.]$/);
  return problems.join('\n');
}

test.each<[string, string[] | undefined, object]>([
  ['scopes of the whole', ['read', 'write'], {}],
  ['the few scopes that are needed', ['profile', 'read:statuses', 'write:statuses', 'write:media'], {}],
  ['a target without media', ['read', 'write:statuses'], { mediaMax: 0 }],
  ['a server that says no scopes', undefined, {}],
])('verify finds nothing wrong with %s', async (_, scopes, options) => {
  fake.scopes = scopes;
  expect(await problemsOf(options)).toBe('');
});

test.each([[['read', 'write']], [['read:accounts', 'read:statuses', 'write:statuses', 'write:media']]])(
  'verify finds nothing wrong with a server of before 4.3 and the scopes %o',
  async (scopes) => {
    Object.assign(fake, { scopes, isBefore43: true });
    expect(await problemsOf()).toBe('');
  },
);

test('verify names scopes that don’t let the account be read', async () => {
  fake.scopes = ['read:statuses', 'write:statuses', 'write:media'];
  expect(await problemsOf()).toMatch(/outside the authorized scopes; make a new access token/);
});

test('verify names an account whose posts only followers see', async () => {
  fake.account = { limited: true };
  const { problems, remarks } = await mastodon.verify(attempt(), mastodonOptions.parse({ instance }));
  expect(remarks?.join()).toMatch(/limited the account.*ask its moderators/);
  // Nothing is refused, so the lamp stays green.
  expect(problems).toEqual([]);
});

/** Each is what the post itself would meet. */
test.each<[string, () => void, RegExp]>([
  [
    'a scope for posts that is missing',
    () => Object.assign(fake, { scopes: ['read', 'write:media'] }),
    /lacks write:statuses: make/,
  ],
  [
    'a scope for files that is missing',
    () => Object.assign(fake, { scopes: ['read', 'write:statuses'] }),
    /lacks write:media: make/,
  ],
  [
    'a suspended account',
    () => Object.assign(fake, { account: { suspended: true } }),
    /disabled; log in on the server to see why .*suspended/,
  ],
  [
    'an account that has moved',
    () => Object.assign(fake, { account: { moved: { acct: 'harbour@new.example' } } }),
    /disabled; log in on the server to see why .*moved/,
  ],
  [
    'a suspended account of other software',
    () => Object.assign(fake, { account: { suspended: true }, letsAnyAccountRead: true }),
    /suspended the account: ask/,
  ],
  [
    'a moved account of other software',
    () =>
      Object.assign(fake, { account: { moved: { acct: 'harbour@new.example' } }, letsAnyAccountRead: true }),
    /moved to harbour@new\.example: use/,
  ],
  [
    'a second factor that is asked for',
    () => Object.assign(fake, { loginRefusal: 'Your account requires two-factor authentication' }),
    /two-factor authentication; log in on the server/,
  ],
  [
    'a disabled login',
    () => Object.assign(fake, { loginRefusal: 'Your login is currently disabled' }),
    /disabled; log in on the server/,
  ],
  [
    'an unconfirmed address',
    () => Object.assign(fake, { loginRefusal: 'Your login is missing a confirmed e-mail address' }),
    /confirmed e-mail address; log in on the server/,
  ],
  ['a server of shorter posts', () => Object.assign(fake, { textMax: 50 }), /limit is 50.*set textMax to 50/],
])('verify names %s, which would be refused', async (_, prepare, problem) => {
  prepare();
  expect(await problemsOf()).toMatch(problem);
  const media = [mediaOf(picture, 'a.png', 'image/png')];
  const content = { title: 'Title', body: 'word '.repeat(40), tags: [], media };
  const rendered = mastodon.render(content, mastodonOptions.parse({ instance }), {
    key: 'k',
    createdAtMs: 0,
  });
  await rejection(
    (async () => {
      const receipts: Parameters<typeof mastodon.execute>[2] = {};
      for (const step of rendered.steps)
        Object.assign(receipts, { [step.id]: await mastodon.execute(attempt(), step, receipts) });
    })(),
  );
  expect(fake.effects()).toEqual([]);
});

test('verify names a server that has moved', async () => {
  const given = attempt();
  const moved = Response.redirect('https://new.example/', 301);
  const context = { ...given, http: { ...given.http, fetch: async () => moved } };
  const { problems } = await mastodon.verify(context, mastodonOptions.parse({ instance }));
  expect(problems).toEqual(['the server has moved: correct the target’s instance address.']);
});
