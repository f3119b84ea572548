import { expect, test } from 'vitest';
import { huggingface as huggingfacePlugin } from '#plugins/huggingface/index.ts';
import { assembled } from '#publishing/publishers.ts';
import { artifactsOf, attemptAt, key, mediaOf } from '../compliance/attempt.ts';
import { describeCompliance } from '../compliance.ts';
import { openFakeHub } from './fake-hub.ts';

const huggingface = await assembled(huggingfacePlugin);

const log = Buffer.from('built in 12 s\n'.repeat(300));
const weights = Buffer.from(Array.from({ length: 12_345 }, (_, index) => index % 251));
const archive = Buffer.from(Array.from({ length: 40_000 }, (_, index) => (index * 7) % 253));
const all = [log, weights, archive];
const content = {
  title: 'Milestone reached',
  body: 'We have *finished* it.',
  tags: ['v1.2'],
  link: 'https://example.com/a',
  media: [
    mediaOf(log, 'build.log', 'text/plain'),
    mediaOf(weights, 'weights.bin', 'application/octet-stream'),
    mediaOf(archive, 'archive.tar', 'application/x-tar'),
  ],
};
const settings = { key, createdAtMs: Date.UTC(2026, 10, 20) };

for (const kind of ['model', 'dataset', 'space'] as const) {
  const create = kind === 'dataset';
  describeCompliance({
    name: `huggingface ${kind}`,
    publisher: huggingface,
    options: huggingface.describe.options.parse({ kind, repo: 'north/archive', create }),
    content,
    artifacts: artifactsOf(all),
    credentialNames: ['token'],
    credentialValues: { token: 'hf_canary0123456789abcdef' },
    open: () => openFakeHub(create ? [] : [`${kind}s/north/archive`]),
    marker: (given) => `[pub:${given}]`,
    answers: {
      401: { answer: { body: { error: 'Invalid credentials' } }, fates: ['authorisation-lost'] },
      403: {
        answer: { body: { error: { message: 'Fine-grained tokens only' } } },
        fates: ['authorisation-lost'],
      },
    },
    answersThatLand: create ? [409] : [],
    lostRights: [
      { name: 'a token that was revoked', answer: { status: 401, body: { error: 'Invalid credentials' } } },
      { name: 'no right to write', answer: { status: 403, body: { error: 'Forbidden' } } },
    ],
    rateLimits: [
      {
        name: 'the window is longer than Retry-After',
        answer: {
          status: 429,
          headers: { 'retry-after': '7', ratelimit: '"api";r=0;t=120' },
          body: { error: 'Too many' },
        },
        retryAfterMs: 120_000,
      },
      {
        name: 'Retry-After is longer than the window',
        answer: {
          status: 429,
          headers: { 'retry-after': '200', ratelimit: '"api";r=0;t=120' },
          body: { error: 'Too many' },
        },
        retryAfterMs: 200_000,
      },
      { name: 'no time named', answer: { status: 429, body: { error: 'Too many' } }, retryAfterMs: 300_000 },
    ],
    limits: [
      {
        name: 'nothing at all',
        content: { body: '', link: undefined as never, media: [] },
        problem: /nothing to publish/,
      },
      { name: 'an unknown placeholder', content: { template: '{nonsense}' }, problem: /nonsense/ },
      { name: 'a path out of the repository', options: { path: '../{slug}.md' }, problem: /“\.\.”/ },
      {
        name: 'a file too large',
        content: { media: [{ ...content.media[0]!, sizeBytes: 6e11 }] },
        problem: /500 GB/,
      },
    ],
  });
}

async function committed(change: (hub: Awaited<ReturnType<typeof openFakeHub>>) => void) {
  const hub = await openFakeHub(['datasets/north/archive']);
  const options = huggingface.describe.options.parse({ repo: 'north/archive' });
  const [step] = huggingface.render(content, options, settings).steps;
  const attempt = attemptAt(hub, { credentials: { token: 'hf_token' }, artifacts: artifactsOf(all) });
  change(hub);
  const result = await huggingface
    .execute(attempt, step!, {})
    .catch((error: unknown) => huggingface.classify(error));
  await hub.close();
  return { hub, result };
}

test('large files are uploaded apart, whole or in parts, and their bytes are the artifacts’', async () => {
  const { hub } = await committed(() => undefined);
  expect([...hub.stored].sort()).toEqual(
    content.media
      .slice(1)
      .map(({ cid }) => cid)
      .sort(),
  );
  const puts = hub.server.requests.filter(({ method }) => method === 'PUT');
  expect(puts.map(({ bodyBytes }) => bodyBytes).sort()).toEqual([12_345, 16_000, 16_000, 8_000].sort());
});

test('a commit of somebody else in between is not lost, and ours lands once', async () => {
  const { hub, result } = await committed((on) => {
    // The head moves after it was read: with the answer to the upload.
    on.server.requests.push = function push(asked) {
      if (asked.path.endsWith('/preupload/main') && !this.some(({ path }) => path === asked.path)) {
        on.pushBySomebody('datasets/north/archive');
      }
      return Array.prototype.push.call(this, asked);
    };
  });
  expect(result).toMatchObject({ remoteId: expect.stringMatching(/^[0-9a-f]{40}$/) });
  // The first was refused, as it named the head that had been read.
  expect(hub.server.requests.filter(({ path }) => path.endsWith('/commit/main'))).toHaveLength(2);
  expect(hub.effects()).toHaveLength(1);
  expect(hub.repositories.get('datasets/north/archive')).toHaveLength(3);
});

test('a renamed repository is refused with what to change', async () => {
  const { result } = await committed((on) => {
    const moved = { status: 307, headers: { location: '/api/datasets/north/new' } };
    on.server.expectFaults({ 0: { kind: 'answer', answer: moved } });
  });
  expect(result).toMatchObject({ state: 'rejected', reason: expect.stringContaining('new name') });
});

test.each([
  [401, 'Invalid credentials in Authorization header'],
  [403, 'This organization requires fine-grained tokens'],
])('an expired token or a revoked scope pauses the target: %i %s', async (status, error) => {
  const { hub, result } = await committed((on) => {
    on.server.expectFaults({ 0: { kind: 'answer', answer: { status, body: { error } } } });
  });
  expect(result).toMatchObject({ state: 'authorisation-lost', reason: expect.stringContaining('token') });
  expect(hub.effects()).toEqual([]);
});

test('a missing repository is refused with what to change', async () => {
  const { result } = await committed((on) => on.repositories.clear());
  expect(result).toMatchObject({ state: 'rejected', reason: expect.stringContaining('let it create') });
});
