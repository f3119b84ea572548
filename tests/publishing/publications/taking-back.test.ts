import { describe, expect, test } from 'vitest';
import {
  deliveryDiscard,
  deliveryRetry,
  deliveryTakeBack,
  publicationDraft,
  publicationPreview,
  publicationShow,
  publishApprove,
  publishCancel,
  publishCreate,
} from '#contracts/actions/publish.ts';
import { targetAdd, targetEdit, targetRemove } from '#contracts/actions/targets.ts';
import type { Publisher, Step } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import { guildId, otherGuildId, person, publishingBench } from '../support/publishing-bench.ts';
import { SpeakingTarget } from '../support/speaking-target.ts';

const content = { title: 'T', body: 'first' };

/** A board whose posts can be removed, and what happens to the next removals. */
class Board {
  readonly target = new SpeakingTarget();
  readonly removed: string[] = [];
  readonly accidents: ('lost' | 'refused' | 'silent')[] = [];
  asked = 0;

  publisher(): Publisher {
    const speaker = this.target.speaker('fake');
    return {
      ...speaker,
      takesBack: true,
      retract: (steps, receipts) => {
        const made = steps.map(({ id }): Step => {
          const payload = { remoteId: receipts[id]?.remoteId ?? '' };
          return { id: `remove-${id}`, kind: 'remove', summary: `Remove ${id}`, payload, artifacts: [] };
        });
        return { steps: made };
      },
      execute: (context, step, earlier) =>
        step.kind === 'remove' ? this.#remove(step) : speaker.execute(context, step, earlier),
      find: async (context, step, earlier) => {
        if (step.kind !== 'remove') return speaker.find(context, step, earlier);
        const remoteId = String(step.payload.remoteId);
        return this.removed.includes(remoteId)
          ? { state: 'found', receipt: { remoteId } }
          : { state: 'absent' };
      },
      classify: (error) => (error instanceof Refused ? error.fate : speaker.classify(error)),
    };
  }

  async #remove({ payload }: Step) {
    this.asked += 1;
    const accident = this.accidents.shift();
    const remoteId = String(payload.remoteId);
    if (accident === 'refused') throw new Refused({ state: 'rejected', reason: 'it is too old' });
    this.removed.push(remoteId);
    if (accident === 'silent') return new Promise<never>(() => undefined);
    if (accident === 'lost') throw new Refused({ state: 'unknown', reason: 'connection reset' });
    return { remoteId };
  }
}

async function delivered(policy: 'none' | 'one-manager' = 'none', of = new Board()) {
  const bench = await publishingBench({ publishers: [of.publisher()] });
  await bench.act(targetAdd, { guildId, name: 'one', publisher: 'fake', policy });
  const made = await bench.act(publishCreate, { guildId, content, targets: ['one'] });
  const publicationId = made.id;
  const deliveryId = made.deliveries[0]?.id ?? '';
  const show = () => bench.act(publicationShow, { guildId, publicationId });
  const first = async () => (await show()).deliveries[0];
  const hash = made.deliveries[0]?.stepsHash;
  if (hash) await bench.act(publishApprove, { guildId, deliveryId, stepsHash: hash });
  await bench.clock.advance(2_000);
  expect(await first()).toMatchObject({ state: 'done', canTakeBack: true });
  return { ...bench, board: of, publicationId, deliveryId, show, first };
}

describe('what was delivered', () => {
  test('is taken back, once, however often it is asked for', async () => {
    const { act, clock, board, deliveryId, first, show } = await delivered();
    const input = { guildId, deliveryId };
    await Promise.all([act(deliveryTakeBack, input), act(deliveryTakeBack, input)]);
    await clock.advance(2_000);
    const after = await act(deliveryTakeBack, input);
    await clock.advance(2_000);
    expect(board.removed).toHaveLength(1);
    expect(after.deliveries).toHaveLength(1);
    expect(await first()).toMatchObject({
      state: 'done',
      takingBack: { state: 'done', takesBack: deliveryId },
    });
    expect((await first())?.canTakeBack).toBeUndefined();
    expect((await show()).deliveries).toHaveLength(1);
  });

  test('is taken back although the answer was lost: looked up, and not asked for again', async () => {
    const { act, clock, board, deliveryId, first } = await delivered();
    board.accidents.push('lost');
    await act(deliveryTakeBack, { guildId, deliveryId });
    await clock.advance(120_000);
    expect(await first()).toMatchObject({ takingBack: { state: 'done' } });
    expect(board.asked).toBe(1);
  });

  test('is taken back by a hub that ended in the middle: looked up by the next one', async () => {
    const { act, clock, board, deliveryId, publicationId, folder, stop } = await delivered();
    board.accidents.push('silent');
    await act(deliveryTakeBack, { guildId, deliveryId });
    await clock.advance(2_000);
    expect(board.asked).toBe(1);
    await stop();
    const next = await publishingBench({ publishers: [board.publisher()], folder });
    await next.clock.advance(600_000);
    const { deliveries } = await next.act(publicationShow, { guildId, publicationId });
    expect(deliveries).toMatchObject([{ state: 'done', takingBack: { state: 'done' } }]);
    expect(board.asked).toBe(1);
  });

  test('stays when that is refused, and can be tried again or left', async () => {
    const { act, clock, board, deliveryId, first } = await delivered();
    board.accidents.push('refused', 'refused');
    await act(deliveryTakeBack, { guildId, deliveryId });
    await clock.advance(2_000);
    const failed = (await first())?.takingBack;
    expect(failed).toMatchObject({ state: 'failed', needsPerson: true, error: { code: 'OUTBOX_REJECTED' } });
    await act(deliveryRetry, { guildId, deliveryId: failed?.id ?? '' });
    await clock.advance(2_000);
    await act(deliveryDiscard, { guildId, deliveryId: failed?.id ?? '' });
    expect(await first()).toMatchObject({ state: 'done', canTakeBack: true });
    expect((await first())?.takingBack).toBeUndefined();
    await act(deliveryTakeBack, { guildId, deliveryId });
    await clock.advance(2_000);
    expect(await first()).toMatchObject({ takingBack: { state: 'done' } });
  });

  test('is not begun again more than five times', async () => {
    const { act, clock, board, deliveryId, first } = await delivered();
    for (let round = 0; round < 5; round++) {
      board.accidents.push('refused');
      await act(deliveryTakeBack, { guildId, deliveryId });
      await clock.advance(2_000);
      await act(deliveryDiscard, { guildId, deliveryId: (await first())?.takingBack?.id ?? '' });
    }
    await expect(act(deliveryTakeBack, { guildId, deliveryId })).rejects.toMatchObject({
      code: 'PUBLISH_TOO_MANY',
    });
  });

  test('waits for the approval that its place asks for, which is for these steps alone', async () => {
    const { act, clock, board, deliveryId, first, publicationId } = await delivered('one-manager');
    await act(deliveryTakeBack, { guildId, deliveryId }, person('2', 'publisher'));
    await clock.advance(60_000);
    expect(board.asked).toBe(0);
    const waiting = (await first())?.takingBack;
    expect(waiting).toMatchObject({ state: 'awaiting-approval', approvals: { given: 0, needed: 1 } });
    const { targets } = await act(publicationPreview, { guildId, publicationId });
    const seen = targets.find(({ state }) => state === 'awaiting-approval');
    expect(seen).toMatchObject({
      deliveryId: waiting?.id,
      parts: [{ label: 'Taken back', text: 'Remove post' }],
    });
    // It is no part of what an edit or a withdrawal changes.
    const alreadyLeft = { code: 'PUBLISH_ALREADY_LEFT' };
    await expect(act(publicationDraft, { guildId, publicationId })).rejects.toMatchObject(alreadyLeft);
    await expect(act(publishCancel, { guildId, publicationId })).rejects.toMatchObject(alreadyLeft);
    const yes = { guildId, deliveryId: waiting?.id ?? '', stepsHash: seen?.stepsHash ?? '' };
    await expect(act(publishApprove, yes, person('2', 'publisher'))).rejects.toMatchObject({
      code: 'PUBLISH_APPROVAL_NEEDS_MANAGER',
    });
    await act(publishApprove, yes, person('1', 'manager'));
    await clock.advance(2_000);
    expect(await first()).toMatchObject({ takingBack: { state: 'done' } });
  });

  test('keeps its steps when its place gets other settings meanwhile', async () => {
    const { act, clock, board, deliveryId, first } = await delivered('one-manager');
    await act(deliveryTakeBack, { guildId, deliveryId });
    const before = (await first())?.takingBack;
    await act(targetEdit, { guildId, target: 'one', options: { place: 'elsewhere' } });
    const { id = '', stepsHash = '' } = (await first())?.takingBack ?? {};
    expect(stepsHash).toBe(before?.stepsHash);
    await act(publishApprove, { guildId, deliveryId: id, stepsHash });
    await clock.advance(2_000);
    expect(board.removed).toHaveLength(1);
    expect(board.target.effects).toHaveLength(1);
  });

  test('can be approved for taking back long after it was published', async () => {
    const { act, clock, deliveryId, first } = await delivered('one-manager');
    clock.stepWall(30 * 86_400_000);
    await act(deliveryTakeBack, { guildId, deliveryId });
    const { id = '', stepsHash = '' } = (await first())?.takingBack ?? {};
    await act(publishApprove, { guildId, deliveryId: id, stepsHash }, person('1', 'manager'));
    await clock.advance(2_000);
    expect(await first()).toMatchObject({ takingBack: { state: 'done' } });
  });

  test('is not for another server, for members, nor after its place was removed', async () => {
    const { act, board, deliveryId } = await delivered();
    const foreign = { guildId: otherGuildId, deliveryId };
    await expect(act(deliveryTakeBack, foreign, person('9', 'manager', otherGuildId))).rejects.toMatchObject({
      code: 'OUTBOX_NO_SUCH_DELIVERY',
    });
    await expect(act(deliveryTakeBack, { guildId, deliveryId }, person('3', 'member'))).rejects.toMatchObject(
      {
        code: 'ACTION_FORBIDDEN',
      },
    );
    await act(targetRemove, { guildId, target: 'one' });
    await expect(act(deliveryTakeBack, { guildId, deliveryId })).rejects.toMatchObject({
      code: 'PUBLISH_NO_TARGET',
    });
    expect(board.asked).toBe(0);
  });
});

test('where the platform has no way to, the refusal says so, with the address', async () => {
  const target = new SpeakingTarget();
  const { act, clock } = await publishingBench({ publishers: [target.speaker('fake')] });
  await act(targetAdd, { guildId, name: 'one', publisher: 'fake', policy: 'none' });
  await act(targetAdd, { guildId, name: 'two', publisher: 'fake', policy: 'one-manager' });
  const targets = ['one', 'two'];
  const { id: publicationId, deliveries } = await act(publishCreate, { guildId, content, targets });
  const [deliveryId = '', waiting = ''] = deliveries.map(({ id }) => id);
  await expect(act(deliveryTakeBack, { guildId, deliveryId: waiting })).rejects.toMatchObject({
    code: 'OUTBOX_NOT_POSSIBLE',
  });
  await clock.advance(2_000);
  const shown = await act(publicationShow, { guildId, publicationId });
  expect(shown.deliveries[0]?.canTakeBack).toBeUndefined();
  await expect(act(deliveryTakeBack, { guildId, deliveryId })).rejects.toMatchObject({
    code: 'PUBLISH_STAYS',
    next: expect.stringContaining(shown.deliveries[0]?.url ?? 'no address'),
  });
});
