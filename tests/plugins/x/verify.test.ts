import { afterEach, beforeEach, expect, test } from 'vitest';
import { x } from '#plugins/x/index.ts';
import { xOptions } from '#plugins/x/options.ts';
import { rejection } from '../../support/rejection.ts';
import { attemptAt } from '../compliance/attempt.ts';
import { FakeX } from './fake-x.ts';

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
