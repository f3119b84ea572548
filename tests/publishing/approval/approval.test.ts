import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { publicationShow, publishApprove, publishCreate, publishEdit } from '#contracts/actions/publish.ts';
import { targetAdd } from '#contracts/actions/targets.ts';
import { type Bench, guildId, otherGuildId, person, publishingBench } from '../support/publishing-bench.ts';
import { SpeakingTarget } from '../support/speaking-target.ts';

const content = { title: 'T', body: 'first' };
const author = person('1', 'manager');
const colleague = person('2', 'publisher');

async function waiting(policy: 'one-manager' | 'two-people') {
  const target = new SpeakingTarget();
  const bench = await publishingBench({ publishers: [target.speaker('fake')] });
  await bench.act(targetAdd, { guildId, name: 'one', publisher: 'fake', policy });
  const made = await bench.act(publishCreate, { guildId, content, targets: ['one'] }, author);
  const delivery = made.deliveries[0];
  if (!delivery?.stepsHash) throw new Error('nothing waits for approval');
  return { ...bench, target, publicationId: made.id, deliveryId: delivery.id, stepsHash: delivery.stepsHash };
}

async function hashNow(bench: Bench, publicationId: string): Promise<string> {
  const shown = await bench.act(publicationShow, { guildId, publicationId });
  return shown.deliveries[0]?.stepsHash ?? 'none';
}

describe('approval by one manager', () => {
  test('lets it leave when a manager says yes, and nobody else can', async () => {
    const { act, target, clock, deliveryId, stepsHash } = await waiting('one-manager');
    const input = { guildId, deliveryId, stepsHash };
    await clock.advance(60_000);
    expect(target.effects).toEqual([]);
    await expect(act(publishApprove, input, colleague)).rejects.toMatchObject({
      code: 'PUBLISH_APPROVAL_NEEDS_MANAGER',
    });
    await expect(act(publishApprove, input, person('3', 'member'))).rejects.toMatchObject({
      code: 'ACTION_FORBIDDEN',
    });
    const startedAtMs = clock.nowMs();
    await act(publishApprove, input, author);
    await clock.advance(300);
    expect(target.texts).toEqual(['T\nfirst']);
    expect(clock.nowMs() - startedAtMs).toBeLessThanOrEqual(300);
  });

  test('is for exactly what was shown: an edit asks again', async () => {
    const bench = await waiting('one-manager');
    const { act, target, clock, publicationId, deliveryId, stepsHash } = bench;
    await act(publishEdit, { guildId, publicationId, content: { ...content, body: 'second' } }, colleague);
    await expect(act(publishApprove, { guildId, deliveryId, stepsHash }, author)).rejects.toMatchObject({
      code: 'PUBLISH_CHANGED',
    });
    await act(
      publishApprove,
      { guildId, deliveryId, stepsHash: await hashNow(bench, publicationId) },
      author,
    );
    await clock.advance(1_000);
    expect(target.texts).toEqual(['T\nsecond']);
  });

  test('is void once approved and edited before its time', async () => {
    const target = new SpeakingTarget();
    const { act, clock } = await publishingBench({ publishers: [target.speaker('fake')] });
    await act(targetAdd, { guildId, name: 'one', publisher: 'fake' });
    const at = { local: '2026-01-01T02:00', zone: 'UTC' };
    const made = await act(publishCreate, { guildId, content, targets: ['one'], at });
    const { id: deliveryId = '', stepsHash = '' } = made.deliveries[0] ?? {};
    const approved = await act(publishApprove, { guildId, deliveryId, stepsHash });
    expect(approved.deliveries[0]?.state).toBe('scheduled');
    const edited = await act(publishEdit, {
      guildId,
      publicationId: made.id,
      content: { ...content, body: 'x' },
    });
    expect(edited.deliveries[0]).toMatchObject({
      state: 'awaiting-approval',
      approvals: { given: 0, needed: 1 },
    });
    await clock.advance(3 * 3_600_000);
    expect(target.effects).toEqual([]);
  });

  test('is not waited for without end; an edit asks again', async () => {
    const bench = await waiting('one-manager');
    const { act, clock, publicationId, deliveryId, stepsHash } = bench;
    clock.stepWall(7 * 86_400_000 + 1);
    await expect(act(publishApprove, { guildId, deliveryId, stepsHash })).rejects.toMatchObject({
      code: 'PUBLISH_APPROVAL_EXPIRED',
    });
    await act(publishEdit, { guildId, publicationId, content });
    const fresh = await hashNow(bench, publicationId);
    await act(publishApprove, { guildId, deliveryId, stepsHash: fresh });
    await clock.advance(1_000);
    expect(bench.target.effects).toHaveLength(1);
  });

  test('is not given by the hub itself', async () => {
    const { publishing, deliveryId, stepsHash } = await waiting('one-manager');
    const approve = publishing.actions.find(({ spec }) => spec.name === 'publish.approve');
    const context = {
      actor: { kind: 'system', reason: 'schedule' } as const,
      signal: AbortSignal.timeout(5_000),
    };
    await expect(approve?.run(context, { guildId, deliveryId, stepsHash })).rejects.toMatchObject({
      code: 'PUBLISH_APPROVAL_NEEDS_PERSON',
    });
  });
});

describe('approval by two people', () => {
  test('takes two different ones, of whom the author may be one', async () => {
    const { act, target, clock, deliveryId, stepsHash } = await waiting('two-people');
    const input = { guildId, deliveryId, stepsHash };
    const first = await act(publishApprove, input, author);
    expect(first.deliveries[0]).toMatchObject({
      state: 'awaiting-approval',
      approvals: { given: 1, needed: 2 },
    });
    await expect(act(publishApprove, input, author)).rejects.toMatchObject({
      code: 'PUBLISH_APPROVED_ALREADY',
    });
    await clock.advance(60_000);
    expect(target.effects).toEqual([]);
    await act(publishApprove, input, colleague);
    await clock.advance(1_000);
    expect(target.effects).toHaveLength(1);
    await expect(act(publishApprove, input, colleague)).rejects.toMatchObject({
      code: 'OUTBOX_NOT_POSSIBLE',
    });
  });

  test('counts no yes from before an edit', async () => {
    const bench = await waiting('two-people');
    const { act, target, clock, publicationId, deliveryId, stepsHash } = bench;
    await act(publishApprove, { guildId, deliveryId, stepsHash }, author);
    await act(publishEdit, { guildId, publicationId, content: { ...content, body: 'second' } }, colleague);
    const input = { guildId, deliveryId, stepsHash: await hashNow(bench, publicationId) };
    const second = await act(publishApprove, input, colleague);
    expect(second.deliveries[0]?.approvals).toEqual({ given: 1, needed: 2 });
    await clock.advance(60_000);
    expect(target.effects).toEqual([]);
    await act(publishApprove, input, author);
    await clock.advance(1_000);
    expect(target.texts).toEqual(['T\nsecond']);
  });

  test('takes none from another server, whose people know its id and its hash', async () => {
    const { act, deliveryId, stepsHash, publicationId } = await waiting('two-people');
    for (const named of [otherGuildId, guildId]) {
      const input = { guildId: named, deliveryId, stepsHash };
      const code = named === guildId ? 'ACTION_OTHER_GUILD' : 'OUTBOX_NO_SUCH_DELIVERY';
      await expect(act(publishApprove, input, person('9', 'manager', otherGuildId))).rejects.toMatchObject({
        code,
      });
    }
    expect(await act(publicationShow, { guildId, publicationId })).toMatchObject({
      deliveries: [{ state: 'awaiting-approval', approvals: { given: 0, needed: 2 } }],
    });
  });
});

describe('what was changed behind the hub’s back', () => {
  test('is not sent: steps that are no longer the approved ones', async () => {
    const { act, db, target, clock, deliveryId, stepsHash, publicationId } = await waiting('one-manager');
    const row = await db.selectFrom('delivery_step').select('step').executeTakeFirstOrThrow();
    await db
      .updateTable('delivery_step')
      .set({ step: row.step.replace('first', 'worse') })
      .execute();
    await act(publishApprove, { guildId, deliveryId, stepsHash });
    await clock.advance(60_000);
    expect(target.effects).toEqual([]);
    expect(await act(publicationShow, { guildId, publicationId })).toMatchObject({
      deliveries: [{ state: 'failed', error: { code: 'OUTBOX_CHANGED' } }],
    });
  });

  test('is not sent: a row set free without anybody’s yes', async () => {
    const { db, target, clock, act, publicationId } = await waiting('one-manager');
    await db.updateTable('delivery').set({ state: 'pending', claim_at_ms: clock.nowMs() }).execute();
    await clock.advance(1_200_000);
    expect(target.effects).toEqual([]);
    expect(await act(publicationShow, { guildId, publicationId })).toMatchObject({
      deliveries: [{ state: 'failed', error: { code: 'OUTBOX_REJECTED' } }],
    });
  });
});

type Move = { edit: string } | { approve: string; stale: boolean } | { waitMs: number };

const move: fc.Arbitrary<Move> = fc.oneof(
  fc.record({ edit: fc.constantFrom('a', 'b', 'c') }),
  fc.record({ approve: fc.constantFrom('1', '2', '3'), stale: fc.boolean() }),
  fc.record({ waitMs: fc.constantFrom(0, 500) }),
);

describe('whatever the order of edits, approvals and time', () => {
  test('nothing leaves but what two people have said yes to, in that very form', {
    timeout: 120_000,
  }, async () => {
    const bench = await waiting('two-people');
    const { act, target, clock } = bench;
    await fc.assert(
      fc.asyncProperty(fc.array(move, { maxLength: 12 }), async (moves) => {
        const made = await act(publishCreate, { guildId, content, targets: ['one'] }, author);
        const { id: deliveryId = '', stepsHash: firstHash = '' } = made.deliveries[0] ?? {};
        /** The text that was shown under each hash. */
        const texts = new Map([[firstHash, 'T\nfirst']]);
        const yes = new Map<string, Set<string>>();
        const sentBefore = target.effects.length;
        for (const step of moves) {
          if ('edit' in step) {
            const edited = { ...content, body: step.edit };
            await act(publishEdit, { guildId, publicationId: made.id, content: edited }).catch(
              () => undefined,
            );
            const hash = await hashNow(bench, made.id);
            if (!texts.has(hash)) texts.set(hash, `T\n${step.edit}`);
          } else if ('approve' in step) {
            const hash = step.stale ? firstHash : await hashNow(bench, made.id);
            const input = { guildId, deliveryId, stepsHash: hash };
            const said = await act(publishApprove, input, person(step.approve, 'publisher')).then(
              () => true,
              () => false,
            );
            if (said) yes.set(hash, (yes.get(hash) ?? new Set()).add(step.approve));
          } else {
            await clock.advance(step.waitMs);
          }
        }
        await clock.advance(2_000);
        const sent = target.effects.slice(sentBefore).map(({ body }) => body);
        const approved = [...yes].filter(([, people]) => people.size >= 2).map(([hash]) => texts.get(hash));
        expect(sent.length).toBeLessThanOrEqual(1);
        for (const text of sent) expect(approved).toContain(text);
      }),
      { numRuns: 60 },
    );
    // Else nothing was tried.
    expect(target.effects.length).toBeGreaterThan(3);
  });
});
