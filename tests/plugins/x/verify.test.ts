import { afterEach, beforeEach, expect, test } from 'vitest';
import type { TokenPair } from '#contracts/publisher.ts';
import { x as xPlugin } from '#plugins/x/index.ts';
import { xOptions } from '#plugins/x/options.ts';
import { assembled } from '#publishing/publishers.ts';
import { rejection } from '../../support/rejection.ts';
import { attemptAt, heldTokens } from '../compliance/attempt.ts';
import { FakeX } from './fake-x.ts';

const x = await assembled(xPlugin);

const credentials = {
  apiKey: 'canary-api-key',
  apiSecret: 'canary-api-secret',
  accessToken: '1000-canaryAccessToken',
  accessSecret: 'canary-access-secret',
};
let fake: FakeX;

beforeEach(async () => {
  fake = await FakeX.open();
});
afterEach(async () => {
  expect(fake.violations()).toEqual([]);
  await fake.close();
});

async function problemsOf() {
  const { problems } = await x.verify(attemptAt(fake, { credentials }), xOptions.parse({}));
  expect(fake.server.writeCount).toBe(0);
  for (const each of problems) expect(each).toMatch(/^\S.*[.]$/);
  return problems.join('\n');
}

test('verify finds nothing wrong with an account that may post', async () => {
  expect(await problemsOf()).toBe('');
});

test('verify names an account whose posts are protected', async () => {
  fake.isProtected = true;
  const { problems, remarks } = await x.verify(attemptAt(fake, { credentials }), xOptions.parse({}));
  expect(remarks?.join()).toMatch(/protected, so only its followers.*change that in X’s settings/);
  // Nothing is refused, so the lamp stays green.
  expect(problems).toEqual([]);
});

const suspended = 'Your account is suspended and is not permitted to access this feature.';
const locked =
  'To protect our users from spam and other malicious activity, this account is temporarily locked. Please log in to https://twitter.com to unlock your account.';

test.each([
  { words: suspended, code: 64 },
  { words: locked, code: 326 },
  { words: suspended },
  { words: locked },
])('verify names an account that may not act, which would be refused: %o', async (refusal) => {
  fake.accountRefusal = refusal;
  const problem = await problemsOf();
  expect(problem).toMatch(/; log in at https:\/\/x\.com and settle it there/);
  expect(problem).not.toMatch(/keys/);
  const content = { title: 'T', body: 'B', tags: [], media: [] };
  const { steps } = x.render(content, xOptions.parse({}), { key: 'k', createdAtMs: 0 });
  const error = await rejection(x.execute(attemptAt(fake, { credentials }), steps[0]!, {}));
  expect(x.classify(error)).toMatchObject({ state: 'authorisation-lost' });
});

test('verify names a refresh token that X no longer takes', async () => {
  const oauth2 = { clientId: 'client', refreshToken: 'refresh-of-yesterday' };
  const { problems } = await x.verify(
    attemptAt(fake, { credentials: oauth2 }),
    xOptions.parse({ auth: 'oauth2' }),
  );
  expect(problems.join()).toMatch(/no longer accepts the refresh token; authorise the app again.*\.$/);
});

const byHand = { clientId: 'client', refreshToken: 'refresh-by-hand-canary' };
const all = ['tweet.read', 'tweet.write', 'users.read', 'media.write', 'offline.access'];

test.each(all)('verify names the scope %s that a refresh token entered by hand lacks', async (scope) => {
  fake.refreshToken = byHand.refreshToken;
  fake.authorisation.scope = all.filter((each) => each !== scope).join(' ');
  const { problems } = await x.verify(
    attemptAt(fake, { credentials: byHand }),
    xOptions.parse({ auth: 'oauth2' }),
  );
  expect(problems).toEqual([
    `X granted the refresh token without ${scope}; authorise the app again with ${all.join(' ')} and connect the target anew.`,
  ]);
});

test('of a pair stored before scopes were kept, verify asks X for them', async () => {
  fake.refreshToken = byHand.refreshToken;
  const tokens = heldTokens();
  const options = xOptions.parse({ auth: 'oauth2' });
  const verify = () => x.verify(attemptAt(fake, { credentials: byHand, tokens }), options);
  expect((await verify()).problems).toEqual([]);
  const { scopes: _, ...before } = (await tokens.current()) as TokenPair;
  fake.authorisation.scope = 'tweet.read users.read offline.access media.write';
  const old = attemptAt(fake, { credentials: byHand, tokens: heldTokens(before) });
  expect((await x.verify(old, options)).problems.join()).toMatch(/without tweet\.write;/);
});

test('a post that the grant doesn’t allow holds the target, and nothing is sent', async () => {
  fake.refreshToken = byHand.refreshToken;
  fake.authorisation.scope = 'tweet.read users.read offline.access media.write';
  const content = { title: 'T', body: 'B', tags: [], media: [] };
  const options = xOptions.parse({ auth: 'oauth2' });
  const { steps } = x.render(content, options, { key: 'k', createdAtMs: 0 });
  const error = await rejection(x.execute(attemptAt(fake, { credentials: byHand }), steps[0]!, {}));
  expect(x.classify(error)).toMatchObject({
    state: 'authorisation-lost',
    reason: expect.stringContaining('tweet.write'),
  });
  expect(fake.server.requests.map(({ path }) => path)).toEqual(['/2/oauth2/token']);
});
