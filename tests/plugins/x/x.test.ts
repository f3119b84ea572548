import { afterEach, describe, expect, test } from 'vitest';
import type { PublicationContent, Receipt, RotatingTokens, TokenPair } from '#contracts/publisher.ts';
import { x as xPlugin } from '#plugins/x/index.ts';
import { xOptions } from '#plugins/x/options.ts';
import { assembled } from '#publishing/publishers.ts';
import { rejection } from '../../support/rejection.ts';
import { type AttemptInit, artifactsOf, attemptAt, mediaOf } from '../compliance/attempt.ts';
import { FakeX } from './fake-x.ts';

const x = await assembled(xPlugin);

const oauth1 = {
  apiKey: 'canary-api-key',
  apiSecret: 'canary-api-secret',
  accessToken: '1000-canaryAccessToken',
  accessSecret: 'canary-access-secret',
};
const settings = { key: 'c0ffee00c0ffee00c0ffee00', createdAtMs: Date.UTC(2026, 10, 20) };
const content: PublicationContent = { title: 'Hello', body: 'World', tags: [], media: [] };
const opened: FakeX[] = [];

afterEach(async () => {
  for (const fake of opened.splice(0)) {
    expect(fake.violations()).toEqual([]);
    await fake.close();
  }
});

async function open(): Promise<FakeX> {
  const fake = await FakeX.open();
  opened.push(fake);
  return fake;
}

function rendered(change: Partial<PublicationContent>, options: object = {}) {
  return x.render({ ...content, ...change }, xOptions.parse(options), settings);
}

async function deliver(
  fake: FakeX,
  steps: ReturnType<typeof rendered>['steps'],
  init: Partial<AttemptInit> = {},
) {
  const receipts: Record<string, Receipt> = {};
  for (const step of steps) {
    receipts[step.id] = await x.execute(attemptAt(fake, { credentials: oauth1, ...init }), step, receipts);
  }
  return receipts;
}

describe('text', () => {
  test('a long body is shortened to 280 weighted; link and tags stay whole', () => {
    const { steps, warnings, problems } = rendered({
      body: '漢字 and words '.repeat(60),
      link: `https://example.org/${'long/'.repeat(60)}`,
      tags: ['release'],
    });
    expect(problems).toEqual([]);
    expect(warnings.join()).toMatch(/shortened to X’s 280/);
    const text = String(steps[0]?.payload.text);
    expect(text).toContain(`https://example.org/${'long/'.repeat(60)}`);
    expect(text).toMatch(/…\n\nhttps.*\n\n#release$/s);
  });

  test('a title that alone is too long is shortened after the body is gone', () => {
    const text = String(rendered({ title: 'word '.repeat(80), body: 'gone' }).steps[0]?.payload.text);
    expect(text).toMatch(/^word .*…$/);
    expect(text).not.toContain('gone');
  });

  test('the price depends on links, also bare ones, and on alt texts', () => {
    const photo = { ...mediaOf(new Uint8Array(3), 'a.png', 'image/png'), altText: 'a' };
    expect(rendered({}).costMicros).toBe(15_000);
    expect(rendered({ link: 'https://example.org' }).costMicros).toBe(200_000);
    expect(rendered({ body: 'see example.org' }).costMicros).toBe(200_000);
    expect(rendered({ media: [photo] }).costMicros).toBe(20_000);
    expect(rendered({}, { prices: { post: 7 } }).costMicros).toBe(7);
  });

  test('names who would be notified', () => {
    expect(rendered({ body: 'thanks @jane' }).warnings).toContain('X will notify @jane.');
  });

  test('what is sent is what is previewed', () => {
    const { steps, preview } = rendered({ body: 'Some **bold** text' });
    expect(preview[0]?.text).toBe(steps[0]?.payload.text);
    expect(preview[0]).toMatchObject({ label: 'Post (21 of 280)', text: 'Hello\n\nSome bold text' });
  });
});

describe('media', () => {
  test('uploads in segments, sets alt texts, posts with both', async () => {
    const fake = await open();
    const large = new Uint8Array(4 * 1024 * 1024 + 5).fill(7);
    const small = new Uint8Array(1_000).fill(1);
    const media = [
      { ...mediaOf(large, 'a.png', 'image/png'), altText: 'A boat' },
      mediaOf(small, 'b.jpg', 'image/jpeg'),
    ];
    const { steps } = rendered({ media });
    expect(steps.map(({ id }) => id)).toEqual(['media-1', 'media-1-alt', 'media-2', 'post']);
    const progress: number[] = [];
    await deliver(fake, steps, {
      artifacts: artifactsOf([large, small]),
      context: { progress: (sentBytes) => progress.push(sentBytes) },
    });
    expect(progress).toEqual([4_194_304, 4_194_309, 1_000]);
    const [first, second] = fake.posts[0]?.mediaIds ?? [];
    expect(fake.media.get(first ?? '')).toMatchObject({
      bytes: large.length,
      altText: 'A boat',
      finalized: true,
    });
    expect(fake.media.get(second ?? '')).toMatchObject({ bytes: 1_000, finalized: true });
    expect(fake.server.requests.filter(({ path }) => path.endsWith('/append'))).toHaveLength(3);
    if (process.env.OFFICIAL_SPECS_DIR) expect(fake.judgedCount).toBe(fake.server.requests.length);
    const found = await x.find(attemptAt(fake, { credentials: oauth1 }), steps.at(-1)!, {});
    expect(found).toMatchObject({ state: 'found', receipt: { remoteId: fake.posts[0]?.id } });
  });

  test('a video is waited for, outside the request', async () => {
    const fake = await open();
    fake.processingChecks = 1;
    const bytes = new Uint8Array(100);
    const { steps } = rendered({ media: [mediaOf(bytes, 'a.mp4', 'video/mp4')] });
    expect(steps.map(({ id }) => id)).toEqual(['media-1', 'media-1-ready', 'post']);
    const init = { artifacts: artifactsOf([bytes]) };
    const receipts = await deliver(fake, steps.slice(0, 1), init);
    const again = () => x.execute(attemptAt(fake, { credentials: oauth1 }), steps[1]!, receipts);
    expect(x.classify(await rejection(again()))).toMatchObject({ state: 'not-sent' });
    await again();
    await x.execute(attemptAt(fake, { credentials: oauth1 }), steps[2]!, receipts);
    expect(fake.posts).toHaveLength(1);
  });

  test('media that X has dropped since is no reason for a post without it', async () => {
    const fake = await open();
    const bytes = new Uint8Array(100);
    const { steps } = rendered({ media: [mediaOf(bytes, 'a.png', 'image/png')] });
    const receipts = await deliver(fake, steps.slice(0, 1), { artifacts: artifactsOf([bytes]) });
    const context = { nowMs: () => Date.now() + 24 * 3_600_000 };
    const error = await rejection(
      x.execute(attemptAt(fake, { credentials: oauth1, context }), steps[1]!, receipts),
    );
    expect(x.classify(error)).toMatchObject({
      state: 'rejected',
      reason: expect.stringContaining('publish again'),
    });
    expect(fake.posts).toEqual([]);
  });
});

describe('thread', () => {
  const long = { body: 'many words of a long text '.repeat(30) };

  test('only where allowed', () => {
    expect(rendered(long).steps).toHaveLength(1);
    expect(rendered(long, { thread: true }).steps.map(({ id }) => id)).toEqual(['post', 'part-2', 'part-3']);
  });

  test('each part answers the one before, and is found in its head’s conversation', async () => {
    const fake = await open();
    const { steps } = rendered(long, { thread: true });
    const receipts = await deliver(fake, steps);
    const posts = [...fake.posts].reverse();
    expect(posts.map(({ replyTo }) => replyTo)).toEqual([undefined, posts[0]?.id, posts[1]?.id]);
    for (const step of steps) {
      const found = await x.find(attemptAt(fake, { credentials: oauth1 }), step, receipts);
      expect(found).toMatchObject({ state: 'found', receipt: receipts[step.id] });
    }
  });

  test('a refused part 2 is final and says what stands; the head is never posted again', async () => {
    const fake = await open();
    fake.refuseReplies = true;
    const { steps } = rendered(long, { thread: true });
    const receipts = await deliver(fake, steps.slice(0, 1));
    const error = await rejection(x.execute(attemptAt(fake, { credentials: oauth1 }), steps[1]!, receipts));
    expect(x.classify(error)).toMatchObject({
      state: 'rejected',
      reason: expect.stringContaining('posted are 1 of 3 parts, 2 left out'),
    });
    expect(fake.posts).toHaveLength(1);
  });
});

describe('the same text twice', () => {
  test('refused on a first attempt', async () => {
    const fake = await open();
    const { steps } = rendered({});
    await deliver(fake, steps);
    const error = await rejection(deliver(fake, steps));
    expect(x.classify(error)).toMatchObject({ state: 'rejected', reason: expect.stringContaining('twice') });
  });

  test('after an attempt of unknown fate it is looked up, and taken over', async () => {
    const fake = await open();
    const { steps } = rendered({ body: 'A & B <https://example.org/a/>' });
    const { post } = await deliver(fake, steps);
    expect((await deliver(fake, steps, { context: { attempt: 2 } })).post).toEqual(post);
    expect(fake.posts).toHaveLength(1);
  });

  test('an older post of the same text is not taken for this one', async () => {
    const fake = await open();
    const { steps } = rendered({});
    await deliver(fake, steps);
    fake.posts[0]!.created_at = new Date(Date.now() - 3_600_000).toISOString();
    const error = await rejection(deliver(fake, steps, { context: { attempt: 2 } }));
    expect(x.classify(error)).toMatchObject({ state: 'rejected' });
  });

  test('a timeline that only knows the old field names is read all the same', async () => {
    const fake = await open();
    fake.oldFieldNames = true;
    const { steps } = rendered({});
    await deliver(fake, steps);
    expect(await x.find(attemptAt(fake, { credentials: oauth1 }), steps[0]!, {})).toMatchObject({
      state: 'found',
    });
  });
});

describe('refusals', () => {
  test.each([
    [402, { title: 'Payment Required', detail: 'no credits' }, 'out-of-budget'],
    [403, { title: 'CreditsDepleted', detail: 'Your account has no credits left' }, 'out-of-budget'],
    [
      429,
      { title: 'UsageCapExceeded', detail: 'cap', type: 'https://api.x.com/2/problems/usage-capped' },
      'out-of-budget',
    ],
    [
      403,
      {
        title: 'Forbidden',
        detail: 'Your app is not configured with the appropriate oauth1 app permissions',
      },
      'authorisation-lost',
    ],
    [401, { title: 'Unauthorized', detail: 'Unauthorized' }, 'authorisation-lost'],
    [
      400,
      { errors: [{ message: 'text is too long' }], title: 'Invalid Request', detail: '', type: 'x' },
      'rejected',
    ],
    [500, { title: 'Internal' }, 'unknown'],
  ])('%i %j: %s', async (status, body, state) => {
    const fake = await open();
    fake.server.expectFaults({ 0: { kind: 'answer', answer: { status, body } } });
    const error = await rejection(deliver(fake, rendered({}).steps));
    expect(x.classify(error).state).toBe(state);
  });

  test('keys that may only read, or are missing, are named', async () => {
    const fake = await open();
    fake.accessLevel = 'read';
    const options = xOptions.parse({});
    expect(await x.verify(attemptAt(fake, { credentials: oauth1 }), options)).toMatchObject({
      account: '@harbour',
      problems: [expect.stringContaining('only read')],
    });
    expect((await x.verify(attemptAt(fake, { credentials: { apiKey: 'a' } }), options)).problems).toEqual([
      'Missing: apiSecret, accessToken, accessSecret. Connect the target with them.',
    ]);
  });
});

describe('OAuth 2 with rotating refresh tokens', () => {
  const oauth2 = {
    clientId: 'client',
    clientSecret: 'canary-client-secret',
    refreshToken: 'refresh-0-canary',
  };

  test('100 attempts that find the token expired renew it once', async () => {
    const fake = await open();
    fake.refreshToken = oauth2.refreshToken;
    const tokens = new LeasedTokens();
    const options = xOptions.parse({ auth: 'oauth2' });
    const verify = () => x.verify(attemptAt(fake, { credentials: oauth2, tokens }), options);
    await verify();
    tokens.pair = { ...(tokens.pair as TokenPair), expiresAtMs: Date.now() };
    const all = await Promise.all(Array.from({ length: 100 }, verify));
    expect(all.every(({ problems }) => problems.length === 0)).toBe(true);
    expect(fake.refreshCount).toBe(2);
    expect(tokens.pair.refreshToken).toBe('refresh-2-canary');
  });

  test('a token that X refuses early is renewed, and the post goes out once', async () => {
    const fake = await open();
    fake.refreshToken = oauth2.refreshToken;
    const tokens = new LeasedTokens();
    const { steps } = rendered({}, { auth: 'oauth2' });
    await x.verify(attemptAt(fake, { credentials: oauth2, tokens }), xOptions.parse({ auth: 'oauth2' }));
    fake.accessTokens.clear();
    await deliver(fake, steps, { credentials: oauth2, tokens });
    expect(fake.refreshCount).toBe(2);
    expect(fake.posts).toHaveLength(1);
  });

  test.each([
    ['no scope', { scope: undefined }],
    ['a list of scopes', { scope: ['tweet.write'] }],
    ['no lifetime', { expires_in: undefined }],
    ['a lifetime in words', { expires_in: '2 hours' }],
  ])('the new refresh token is kept though the answer has %s', async (_, oddities) => {
    const fake = await open();
    fake.refreshToken = oauth2.refreshToken;
    fake.tokenOddities = oddities;
    const tokens = new LeasedTokens();
    const context = attemptAt(fake, { credentials: oauth2, tokens });
    const said = await x.verify(context, xOptions.parse({ auth: 'oauth2' }));
    expect(said).toMatchObject({ account: '@harbour', problems: [] });
    expect(tokens.pair?.refreshToken).toBe(fake.refreshToken);
  });

  test('the new refresh token is kept though no access token came with it, and renews the pair', async () => {
    const fake = await open();
    fake.refreshToken = oauth2.refreshToken;
    fake.tokenOddities = { access_token: undefined };
    const tokens = new LeasedTokens();
    const verify = () =>
      x.verify(attemptAt(fake, { credentials: oauth2, tokens }), xOptions.parse({ auth: 'oauth2' }));
    expect((await verify()).problems).toEqual([expect.stringContaining('without an access token')]);
    expect(tokens.pair?.refreshToken).toBe(fake.refreshToken);
    fake.tokenOddities = {};
    expect((await verify()).problems).toEqual([]);
    expect(fake.refreshCount).toBe(2);
  });

  test('a new refresh token replaces a pair that no longer works', async () => {
    const fake = await open();
    fake.refreshToken = oauth2.refreshToken;
    const tokens = new LeasedTokens();
    const options = xOptions.parse({ auth: 'oauth2' });
    await x.verify(attemptAt(fake, { credentials: oauth2, tokens }), options);
    fake.refreshToken = 'refresh-given-anew';
    fake.accessTokens.clear();
    const lost = await rejection(
      deliver(fake, rendered({}, { auth: 'oauth2' }).steps, { credentials: oauth2, tokens }),
    );
    expect(x.classify(lost)).toMatchObject({ state: 'authorisation-lost' });
    const credentials = { ...oauth2, refreshToken: 'refresh-given-anew' };
    expect((await x.verify(attemptAt(fake, { credentials, tokens }), options)).problems).toEqual([]);
  });

  test('a renewal that gets no answer has posted nothing', async () => {
    const fake = await open();
    fake.refreshToken = oauth2.refreshToken;
    fake.server.expectFaults({ 0: { kind: 'drop-before' } });
    const error = await rejection(
      deliver(fake, rendered({}, { auth: 'oauth2' }).steps, { credentials: oauth2 }),
    );
    expect(x.classify(error)).toMatchObject({ state: 'not-sent' });
    expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain('canary');
  });
});

/** One at a time, and slow to store. */
class LeasedTokens implements RotatingTokens {
  pair: TokenPair | undefined;
  #last: Promise<unknown> = Promise.resolve();

  async current(): Promise<TokenPair | undefined> {
    return this.pair;
  }

  refresh(run: (newest: TokenPair | undefined) => Promise<TokenPair>): Promise<TokenPair> {
    const next = this.#last.then(async () => {
      const renewed = await run(this.pair);
      await new Promise((resolve) => setTimeout(resolve, 2));
      this.pair = renewed;
      return renewed;
    });
    this.#last = next.catch(() => undefined);
    return next;
  }
}
