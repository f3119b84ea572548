import { afterEach, describe, expect, test } from 'vitest';
import { publishConnect, targetAdd, targetVerify } from '#contracts/actions/targets.ts';
import type { PublicationContent, Receipt } from '#contracts/publisher.ts';
import { mastodon as mastodonPlugin } from '#plugins/mastodon/index.ts';
import { mastodonOptions } from '#plugins/mastodon/options.ts';
import { assembled } from '#publishing/publishers.ts';
import { guildId, publishingBench } from '../../publishing/support/publishing-bench.ts';
import { rejection } from '../../support/rejection.ts';
import { type AttemptInit, artifactsOf, attemptAt, mediaOf } from '../compliance/attempt.ts';
import { FakeMastodon, instance } from './fake-mastodon.ts';

const mastodon = await assembled(mastodonPlugin);

const credentials = { accessToken: 'canary-access-token' };
const settings = { key: 'c0ffee00c0ffee00c0ffee00', createdAtMs: 0 };
const content: PublicationContent = { title: 'Hello', body: 'World', tags: [], media: [] };
const opened: FakeMastodon[] = [];

afterEach(async () => {
  for (const fake of opened.splice(0)) await fake.close();
});

async function open(): Promise<FakeMastodon> {
  const fake = await FakeMastodon.open();
  opened.push(fake);
  return fake;
}

function rendered(change: Partial<PublicationContent>, options: object = {}) {
  return mastodon.render(
    { ...content, ...change },
    mastodonOptions.parse({ instance, ...options }),
    settings,
  );
}

async function deliver(
  fake: FakeMastodon,
  steps: ReturnType<typeof rendered>['steps'],
  init: Partial<AttemptInit> = {},
) {
  const receipts: Record<string, Receipt> = {};
  for (const step of steps) {
    receipts[step.id] = await mastodon.execute(attemptAt(fake, { credentials, ...init }), step, receipts);
  }
  return receipts;
}

test('the same step twice under its key is one status', async () => {
  const fake = await open();
  const { steps } = rendered({});
  expect(await deliver(fake, steps)).toEqual(await deliver(fake, steps));
  expect(fake.statuses).toHaveLength(1);
  expect(mastodon.describe).toMatchObject({ dedupe: 'server-key', dedupeWindowMs: 3_600_000 });
});

test('a server with a private address is not spoken to, unless the operator listed it for Mastodon', async () => {
  const fake = await open();
  const { host } = new URL(fake.server.url);
  async function problems(plugins: NonNullable<Parameters<typeof publishingBench>[0]['plugins']>) {
    const { act, publishing } = await publishingBench({ publishers: [mastodon], plugins });
    const options = { instance: fake.server.url };
    await act(targetAdd, { guildId, name: 'social', publisher: 'mastodon', options });
    const { link } = await act(publishConnect, { guildId, target: 'social' });
    await publishing.connections.redeem(link?.url.split('#')[1] ?? '', credentials);
    return (await act(targetVerify, { guildId, target: 'social' })).problems;
  }
  const refused = expect.stringContaining('no public address');
  expect(await problems({})).toEqual([refused]);
  // Another publisher's list is not ours.
  expect(await problems({ webhook: { allowedPrivateHosts: [host] } })).toEqual([refused]);
  expect(fake.server.requests).toEqual([]);
  expect(await problems({ mastodon: { allowedPrivateHosts: [host] } })).toEqual([]);
});

test('options become fields of the status', async () => {
  const fake = await open();
  const { steps } = rendered({}, { visibility: 'unlisted', language: 'de', contentWarning: 'Long' });
  await deliver(fake, steps);
  expect(fake.statuses[0]?.sent).toEqual({
    status: 'Hello\n\nWorld',
    visibility: 'unlisted',
    language: 'de',
    spoiler_text: 'Long',
    sensitive: false,
  });
});

test('files stream with their alt text, sounds are waited for', async () => {
  const fake = await open();
  fake.processingChecks = 1;
  const bytes = new Uint8Array(200_000).map((_, index) => index);
  const file = { ...mediaOf(bytes, 'a "b"\r\n.ogg', 'audio/ogg; codecs=opus'), altText: 'Ein Boot fährt' };
  const { steps } = rendered({ media: [file] });
  expect(steps.map(({ id }) => id)).toEqual(['media-1', 'media-1-ready', 'post']);
  const receipts = await deliver(fake, steps.slice(0, 1), { artifacts: artifactsOf([bytes]) });
  const uploaded = fake.media.get(receipts['media-1']?.remoteId ?? '')?.body ?? Buffer.alloc(0);
  const request = new Request('http://fake', {
    method: 'POST',
    body: uploaded,
    headers: { 'content-type': fake.server.requests[0]?.headers['content-type'] ?? '' },
  });
  const form = await request.formData();
  expect(form.get('description')).toBe('Ein Boot fährt');
  const sent = form.get('file') as File;
  expect([sent.name, sent.type]).toEqual(['a_b_.ogg', 'audio/ogg']);
  expect(Buffer.from(await sent.arrayBuffer()).equals(Buffer.from(bytes))).toBe(true);

  const ready = () => mastodon.execute(attemptAt(fake, { credentials }), steps[1]!, receipts);
  expect(mastodon.classify(await rejection(ready()))).toMatchObject({ state: 'not-sent' });
  await ready();
  await mastodon.execute(attemptAt(fake, { credentials }), steps[2]!, receipts);
  expect(fake.statuses[0]?.sent).toMatchObject({ media_ids: [receipts['media-1']?.remoteId] });
});

describe('length', () => {
  test('addresses count 23, remote names without their server, graphemes once', () => {
    const label = (body: string) => rendered({ title: '', body }).preview[0]?.label;
    expect(label(`https://example.org/${'a'.repeat(400)}`)).toBe('Post, public (23 of 500)');
    expect(label('@jane@a.very.long.server.example')).toBe('Post, public (5 of 500)');
    expect(label('👩‍👩‍👧')).toBe('Post, public (1 of 500)');
  });

  test('a content warning takes its share', () => {
    const text = String(
      rendered({ body: 'word '.repeat(200) }, { contentWarning: 'x'.repeat(200) }).steps[0]?.payload.text,
    );
    expect(text.length).toBeLessThanOrEqual(300);
    expect(text.length).toBeGreaterThan(270);
  });
});

describe('looking up', () => {
  test('once the key is forgotten, other new posts make absence uncertain', async () => {
    const fake = await open();
    const { steps } = rendered({});
    const late = { firstAttemptAtMs: Date.now() - 3_700_000 };
    const find = (init: Partial<AttemptInit>) =>
      mastodon.find(attemptAt(fake, { credentials, ...init }), steps[0]!, {});
    expect(await find(late)).toEqual({ state: 'absent' });
    await deliver(fake, rendered({ title: 'Something else' }).steps);
    expect(await find(late)).toMatchObject({ state: 'cannot-tell' });
    expect(await find({})).toEqual({ state: 'absent' });
  });

  test('goes back page by page, to the first attempt and no further', async () => {
    const fake = await open();
    const { steps } = rendered({});
    const { post } = await deliver(fake, steps);
    for (let index = 0; index < 45; index += 1) {
      await deliver(fake, rendered({ title: `Other ${index}` }).steps, {
        context: { stepKey: `other-${index}` },
      });
    }
    const found = await mastodon.find(attemptAt(fake, { credentials }), steps[0]!, {});
    expect(found).toEqual({ state: 'found', receipt: post });
    fake.statuses.at(-1)!.created_at = new Date(Date.now() - 3_600_000).toISOString();
    expect(await mastodon.find(attemptAt(fake, { credentials }), steps[0]!, {})).toEqual({ state: 'absent' });
  });
});

describe('verifying', () => {
  test('names account, quota, and limits that differ from the server’s', async () => {
    const fake = await open();
    const options = mastodonOptions.parse({ instance, textMax: 1_000 });
    expect(await mastodon.verify(attemptAt(fake, { credentials }), options)).toEqual({
      account: '@harbour@social.example',
      problems: ['The server’s limit is 500, the target’s textMax is 1000: set textMax to 500.'],
      remarks: [],
      quota: '299 of 300 requests left until 14:05 UTC',
    });
  });

  test('a missing token is named', async () => {
    const fake = await open();
    const { problems } = await mastodon.verify(
      attemptAt(fake, { credentials: {} }),
      mastodonOptions.parse({ instance }),
    );
    expect(problems.join()).toMatch(/access token is missing/);
  });
});

test.each(['http://social.example', 'ftp://social.example', 'social.example'])(
  '%s is no instance',
  (address) => {
    expect(mastodonOptions.safeParse({ instance: address }).success).toBe(false);
  },
);

test('an answer that is not Mastodon’s is no success', async () => {
  const fake = await open();
  fake.server.expectFaults({
    0: { kind: 'answer', answer: { status: 200, body: '<html>Welcome to the hotel</html>' } },
  });
  const error = await rejection(deliver(fake, rendered({}).steps));
  expect(mastodon.classify(error)).toMatchObject({ state: 'unknown' });
});
