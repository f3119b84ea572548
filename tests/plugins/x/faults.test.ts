import { expect, test } from 'vitest';
import type { Receipt, Step } from '#contracts/publisher.ts';
import { x as xPlugin } from '#plugins/x/index.ts';
import { xOptions } from '#plugins/x/options.ts';
import { assembled } from '#publishing/publishers.ts';
import { artifactsOf, attemptAt, mediaOf } from '../compliance/attempt.ts';
import type { Fault } from '../compliance/fake-platform.ts';
import { FakeX } from './fake-x.ts';

const x = await assembled(xPlugin);

const bytes = new Uint8Array(5_000).fill(3);
const photo = { ...mediaOf(bytes, 'a.png', 'image/png'), altText: 'A boat' };
const { steps } = x.render(
  { title: 'Thread', body: 'many words of a text '.repeat(25), tags: [], media: [photo] },
  xOptions.parse({ thread: true }),
  { key: 'c0ffee00c0ffee00c0ffee00', createdAtMs: 0 },
);
const credentials = {
  apiKey: 'canary-api-key',
  apiSecret: 'canary-api-secret',
  accessToken: '1000-canaryAccessToken',
  accessSecret: 'canary-access-secret',
};
const triesMax = 4;

/** As the outbox does, with `lookUp` off as a control. */
async function deliver(fake: FakeX, lookUp: boolean): Promise<Record<string, Receipt>> {
  const firstAttemptAtMs = Date.now();
  const receipts: Record<string, Receipt> = {};
  for (const step of steps) {
    for (let attempt = 1; attempt <= triesMax && !receipts[step.id]; attempt += 1) {
      const context = attemptAt(fake, {
        credentials,
        artifacts: artifactsOf([bytes]),
        firstAttemptAtMs,
        context: { attempt },
      });
      const receipt = await tried(context, step, receipts, lookUp);
      if (receipt) receipts[step.id] = receipt;
    }
  }
  return receipts;
}

async function tried(
  context: ReturnType<typeof attemptAt>,
  step: Step,
  receipts: Record<string, Receipt>,
  lookUp: boolean,
): Promise<Receipt | undefined> {
  try {
    return await x.execute(context, step, receipts);
  } catch (error) {
    expect(x.classify(error).state).toBe('unknown');
    if (!lookUp) return undefined;
    const found = await x.find(context, step, receipts);
    return found.state === 'found' ? found.receipt : undefined;
  }
}

test.each<Fault>([
  { kind: 'drop-before' },
  { kind: 'drop-during' },
  { kind: 'drop-after' },
  { kind: 'answer', answer: { status: 502, body: 'Bad Gateway' } },
])('a thread with a photo meets $kind at each of its writes: every part stands once', async (fault) => {
  const clean = await FakeX.open();
  await deliver(clean, true);
  const writeCount = clean.server.writeCount;
  expect(writeCount).toBe(6);
  await clean.close();
  for (let write = 0; write < writeCount; write += 1) {
    const fake = await FakeX.open();
    fake.server.expectFaults({ [write]: fault });
    const receipts = await deliver(fake, true);
    expect(fake.posts.map(({ id }) => id).reverse(), `write ${write}`).toEqual(
      steps.filter(({ kind }) => kind === 'post').map(({ id }) => receipts[id]?.remoteId),
    );
    expect(fake.media.get(fake.posts.at(-1)?.mediaIds[0] ?? '')).toMatchObject({ altText: 'A boat' });
    expect(fake.violations()).toEqual([]);
    await fake.close();
  }
});

test('control: without the look-up a lost answer doubles the head', async () => {
  const fake = await FakeX.open();
  fake.refusesDuplicates = false;
  fake.server.expectFaults({ 4: { kind: 'drop-after' } });
  await deliver(fake, false);
  expect(fake.posts).toHaveLength(3);
  await fake.close();
});
