import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PublicationContent, Receipt, RotatingTokens, TokenPair } from '#contracts/publisher.ts';
import { facetsOf } from '#plugins/bluesky/facets.ts';
import { bluesky as blueskyPlugin } from '#plugins/bluesky/index.ts';
import { blueskyOptions } from '#plugins/bluesky/options.ts';
import { recordKey } from '#plugins/bluesky/tid.ts';
import { assembled } from '#publishing/publishers.ts';
import { rejection } from '../../support/rejection.ts';
import { artifactsOf, attemptAt, key, mediaOf } from '../compliance/attempt.ts';
import { did, FakePds, service } from './fake-pds.ts';
import { judged } from './lexicon-judge.ts';

const bluesky = await assembled(blueskyPlugin);

const credentials = { identifier: 'harbour.example', appPassword: 'abcd-efgh-ijkl-mnop' };
const settings = { key, createdAtMs: Date.UTC(2026, 10, 20, 9, 30) };
const options = blueskyOptions.parse({ service, language: 'en' });
let pds: FakePds;
let pair: TokenPair | undefined;
const tokens: RotatingTokens = {
  current: async () => pair,
  refresh: async (run) => {
    pair = await run(pair);
    return pair;
  },
};

beforeEach(async () => {
  pds = await FakePds.open();
  pair = undefined;
});
afterEach(async () => {
  expect(pds.violations()).toEqual([]);
  await pds.close();
});

function attempt(init: object = {}) {
  return attemptAt(pds, { credentials, tokens, ...init });
}

function render(content: Partial<PublicationContent>) {
  return bluesky.render({ title: 'T', body: '', tags: [], media: [], ...content }, options, settings);
}

async function deliver(content: Partial<PublicationContent>, bytes: Uint8Array[] = []) {
  const { steps, problems } = render(content);
  expect(problems).toEqual([]);
  const receipts: Record<string, Receipt> = {};
  for (const step of steps)
    receipts[step.id] = await bluesky.execute(attempt({ artifacts: artifactsOf(bytes) }), step, receipts);
  const [rkey = ''] = [...pds.posts.keys()].slice(-1);
  return { receipts, record: pds.posts.get(rkey)?.value, rkey };
}

describe('facets', () => {
  test.each([
    ['é https://a.example/x.', [[3, 22, 'link', 'https://a.example/x']]],
    ['🎉 #音楽!', [[5, 12, 'tag', '音楽']]],
    ['(https://a.example/a_(b))', [[1, 24, 'link', 'https://a.example/a_(b)']]],
    ['ü@jane.example, @jane.example', [[17, 30, 'mention', 'jane.example']]],
    ['a@b.example #1 c#d https://a.example/#x', [[19, 39, 'link', 'https://a.example/#x']]],
  ])('of %j count bytes', (text, expected) => {
    expect(
      facetsOf(text).map(({ byteStart, byteEnd, kind, value }) => [byteStart, byteEnd, kind, value]),
    ).toEqual(expected);
  });
});

test('record keys are TIDs, the same for the same publication', () => {
  expect(recordKey(0, 'a')).toMatch(/^2222222[2-7a-z]{6}$/);
  expect(recordKey(settings.createdAtMs, 'a')).toBe(recordKey(settings.createdAtMs, 'a'));
  expect(recordKey(settings.createdAtMs, 'a')).not.toBe(recordKey(settings.createdAtMs, 'b'));
  expect(recordKey(2_000, 'a') > recordKey(1_000, 'a')).toBe(true);
});

describe('a post', () => {
  test('has links, tags and the mentions that are somebody’s, and a card', async () => {
    const { record, receipts, rkey } = await deliver({
      title: 'Größe 🎉',
      body: 'by @jane.example and @nobody.example',
      tags: ['live audio'],
      link: 'https://example.org/1',
    });
    expect(record.text).toBe(
      'Größe 🎉\n\nby @jane.example and @nobody.example\n\nhttps://example.org/1\n\n#liveAudio',
    );
    expect(record.facets.map(({ features: [feature] }: { features: object[] }) => feature)).toEqual([
      { $type: 'app.bsky.richtext.facet#mention', did: 'did:plc:jane234567' },
      { $type: 'app.bsky.richtext.facet#link', uri: 'https://example.org/1' },
      { $type: 'app.bsky.richtext.facet#tag', tag: 'liveAudio' },
    ]);
    expect(record).toMatchObject({
      langs: ['en'],
      embed: { external: { uri: 'https://example.org/1', title: 'Größe 🎉' } },
    });
    expect(receipts.post?.url).toBe(`https://bsky.app/profile/${did}/post/${rkey}`);
  });

  test('with pictures has their alt texts, and no card', async () => {
    const bytes = new Uint8Array([1, 2, 3]);
    const media = [{ ...mediaOf(bytes, '写真.png', 'image/png'), altText: 'A boat' }];
    const { record } = await deliver({ media, link: 'https://example.org/1' }, [bytes]);
    expect(record.embed).toMatchObject({
      $type: 'app.bsky.embed.images',
      images: [{ alt: 'A boat', image: { size: 3, mimeType: 'image/png' } }],
    });
  });

  test('of 300 graphemes fits, whatever their bytes; of one more it is shortened', () => {
    const family = '👩‍👩‍👧';
    expect(render({ title: 'é'.repeat(300) }).warnings).toEqual([]);
    expect(render({ title: 'x', body: 'é'.repeat(300) }).warnings.join()).toMatch(
      /shortened to Bluesky’s 300/,
    );
    // 18 bytes each: the bytes end first.
    expect(render({ title: 'x', body: family.repeat(200) }).warnings.join()).toMatch(/shortened/);
  });

  test('that is there already is taken over, not doubled', async () => {
    const first = await deliver({});
    const { steps } = render({});
    const again = await bluesky.execute(attempt({ context: { attempt: 2 } }), steps[0]!, {});
    expect(again.remoteId).toBe(first.receipts.post?.remoteId);
    expect(pds.posts.size).toBe(1);
  });
});

describe('the session', () => {
  test('is kept over attempts, renewed by its refresh token, and replaced when that has ended', async () => {
    await deliver({ title: 'a' });
    await deliver({ title: 'b' });
    expect([pds.signInCount, pds.refreshCount]).toEqual([1, 0]);
    if (pair) pair = { ...pair, expiresAtMs: 0 };
    await deliver({ title: 'c' });
    expect([pds.signInCount, pds.refreshCount]).toEqual([1, 1]);
    if (pair) pds.revoked.add(pair.refreshToken);
    if (pair) pair = { ...pair, expiresAtMs: 0 };
    await deliver({ title: 'd' });
    expect([pds.signInCount, pds.refreshCount]).toEqual([2, 1]);
  });

  test('that the server has ended meanwhile is renewed within the attempt', async () => {
    await deliver({ title: 'a' });
    if (pair) pds.revoked.add(pair.accessToken);
    const { steps } = render({ title: 'b' });
    expect((await bluesky.find(attempt(), steps[0]!, {})).state).toBe('found');
    expect(pds.refreshCount).toBe(1);
  });

  test('a wrong app password holds the target, and verify says so', async () => {
    pds.appPassword = 'other';
    const { steps } = render({});
    const fate = bluesky.classify(await rejection(bluesky.execute(attempt(), steps[0]!, {})));
    expect(fate).toMatchObject({
      state: 'authorisation-lost',
      reason: expect.stringMatching(/app password/),
    });
    const { problems } = await bluesky.verify(attempt(), options);
    expect(problems).toEqual([expect.stringMatching(/Invalid identifier or password.*\.$/)]);
  });

  test.each([502, 429])('a sign-in that fails with %i has sent nothing', async (status) => {
    pds.server.expectFaults({ 0: { kind: 'answer', answer: { status, body: {} } } });
    const { steps } = render({});
    const fate = bluesky.classify(await rejection(bluesky.execute(attempt(), steps[0]!, {})));
    expect(['not-sent', 'rate-limited']).toContain(fate.state);
    expect(pds.posts.size).toBe(0);
  });

  test('verify signs in, though a look writes nothing', async () => {
    const look = attempt({
      dryRun: true,
      ...(bluesky.describe.signInPaths && { signInPaths: bluesky.describe.signInPaths }),
    });
    const verification = await bluesky.verify(look, options);
    expect(verification).toEqual({
      account: '@harbour.example',
      problems: [],
      quota: expect.stringMatching(/^2999 of 3000 requests left until \d\d:\d\d UTC$/),
    });
    pds.active = false;
    expect((await bluesky.verify(look, options)).problems.join()).toMatch(/deactivated/);
  });
});

test.each<[string, (on: FakePds) => void, RegExp]>([
  [
    'a wrong app password',
    (on) => void Object.assign(on, { appPassword: 'other' }),
    /Invalid identifier or password; make a new app password/,
  ],
  [
    'its own password with a second factor',
    (on) => void Object.assign(on, { asksSecondFactor: true }),
    /asks for a second factor: use an app password/,
  ],
  [
    'an account that was taken down',
    (on) => void Object.assign(on, { isTakenDown: true }),
    /taken down; the account can’t post now/,
  ],
])('the server’s own refusal of %s is named by verify, and holds the target', async (_, prepare, reason) => {
  prepare(pds);
  const { problems } = await bluesky.verify(attempt(), options);
  expect(problems.join()).toMatch(reason);
  const error = await rejection(bluesky.execute(attempt(), render({}).steps[0]!, {}));
  expect(bluesky.classify(error)).toMatchObject({
    state: 'authorisation-lost',
    reason: expect.stringMatching(reason),
  });
  expect(pds.posts.size).toBe(0);
});

test.each([
  [{ text: 'a' }, /createdAt: missing_value/],
  [{ text: 'a'.repeat(301) }, /text: invalid_string_graphemes/],
  [{ text: 1 }, /text: invalid_type/],
  [{ text: 'a', createdAt: 'now' }, /createdAt: invalid_string_format/],
  [{ text: 'a', tag: 'b' }, /tag: is not in the lexicon/],
  [
    { text: 'a', embed: { $type: 'app.bsky.embed.images', images: [{ image: {}, alt: '' }] } },
    /image: invalid_type/,
  ],
  [{ text: 'a', embed: { $type: 'app.bsky.embed.other' } }, /app.bsky.embed.other is none/],
  [
    { text: 'a', facets: [{ index: { byteStart: 'a', byteEnd: 2 }, features: [] }] },
    /byteStart: invalid_type/,
  ],
])('the official lexicons refuse %j', (record, problem) => {
  expect(judged('app.bsky.feed.post', record).join()).toMatch(problem);
});
