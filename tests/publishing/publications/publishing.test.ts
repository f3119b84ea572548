import { describe, expect, test } from 'vitest';
import {
  deliveryDiscard,
  deliveryDone,
  deliveryList,
  deliveryRetry,
  publicationPreview,
  publicationShow,
  publishCancel,
  publishCreate,
  publishEdit,
  publishPreview,
} from '#contracts/actions/publish.ts';
import { targetAdd } from '#contracts/actions/targets.ts';
import { guildId, publishingBench } from '../support/publishing-bench.ts';
import { SpeakingTarget, speakingTextMax } from '../support/speaking-target.ts';

async function bench() {
  const target = new SpeakingTarget();
  const made = await publishingBench({ publishers: [target.speaker('fake')] });
  async function addTarget(name: string, options: Record<string, unknown> = {}, more: object = {}) {
    return made.act(targetAdd, { guildId, name, publisher: 'fake', policy: 'none', options, ...more });
  }
  return { ...made, target, addTarget };
}

const content = { title: 'Release 1.2', body: 'It is out.' };

describe('publishing', () => {
  test('sends to every target at once, byte for byte what the preview showed', async () => {
    const { act, target, addTarget, clock } = await bench();
    await addTarget('one', { place: 'first' });
    await addTarget('two', { place: 'second' });
    const request = { guildId, content, targets: ['one', 'two'] };
    const preview = await act(publishPreview, request);
    expect(preview.targets.map(({ parts }) => parts[0]?.text)).toEqual(
      Array(2).fill('Release 1.2\nIt is out.'),
    );
    expect(target.effects).toHaveLength(0);
    const seen = Object.fromEntries(preview.targets.map((shown) => [shown.target, shown.stepsHash]));
    const made = await act(publishCreate, { ...request, seen });
    expect(made.deliveries.map(({ target: name }) => name)).toEqual(['one', 'two']);
    await clock.advance(5_000);
    expect(target.texts).toEqual(['Release 1.2\nIt is out.', 'Release 1.2\nIt is out.']);
    const shown = await act(publicationShow, { guildId, publicationId: made.id });
    expect(shown.deliveries.map(({ state }) => state)).toEqual(['done', 'done']);
    expect(shown.deliveries[0]?.url).toContain('https://target.example/');
  });

  test('is made once from one preview, however often it is pressed', async () => {
    const { act, target, addTarget, clock } = await bench();
    await addTarget('one');
    const request = { guildId, content, targets: ['one'] };
    const preview = await act(publishPreview, request);
    const seen = { one: preview.targets[0]?.stepsHash ?? '' };
    const [first, second] = await Promise.all([
      act(publishCreate, { ...request, seen }),
      act(publishCreate, { ...request, seen }),
    ]);
    const third = await act(publishCreate, { ...request, seen });
    expect(new Set([first.id, second.id, third.id]).size).toBe(1);
    await clock.advance(5_000);
    expect(target.effects).toHaveLength(1);
  });

  test('refuses what differs from the preview, and a preview that is old', async () => {
    const { act, addTarget, clock, db } = await bench();
    await addTarget('one');
    const request = { guildId, content, targets: ['one'] };
    const preview = await act(publishPreview, request);
    const seen = { one: preview.targets[0]?.stepsHash ?? '' };
    const other = { ...request, content: { ...content, body: 'It is not out.' } };
    await expect(act(publishCreate, { ...other, seen })).rejects.toMatchObject({ code: 'PUBLISH_CHANGED' });
    for (const forged of ['', 'x.y', `${'0'.repeat(36)}.${'0'.repeat(64)}`])
      await expect(act(publishCreate, { ...request, seen: { one: forged } })).rejects.toMatchObject({
        code: 'PUBLISH_CHANGED',
      });
    await clock.advance(61 * 60_000);
    await expect(act(publishCreate, { ...request, seen })).rejects.toMatchObject({ code: 'PUBLISH_CHANGED' });
    expect(await db.selectFrom('publication').select('id').execute()).toEqual([]);
  });

  test('stops only the targets that would refuse it, and says what to change', async () => {
    const { act, target, addTarget, clock } = await bench();
    await addTarget('short', {}, { template: '{title}' });
    await addTarget('long');
    const long = { title: 'T', body: 'x'.repeat(speakingTextMax) };
    const request = { guildId, content: long, targets: ['short', 'long'] };
    const preview = await act(publishPreview, request);
    expect(preview.targets.map(({ problems }) => problems.length)).toEqual([0, 1]);
    const made = await act(publishCreate, request);
    await clock.advance(5_000);
    expect(target.texts).toEqual(['T']);
    const refused = (await act(deliveryList, { guildId, only: 'needs-person' })).deliveries;
    expect(refused).toMatchObject([{ target: 'long', state: 'failed', error: { code: 'PUBLISH_PROBLEMS' } }]);
    expect(refused[0]?.error?.text).toContain('at most 500 characters');
    // It has no steps, so it can't be tried again as it is: an edit gives it some.
    const deliveryId = refused[0]?.id ?? '';
    await expect(act(deliveryRetry, { guildId, deliveryId })).rejects.toMatchObject({
      code: 'OUTBOX_NOT_POSSIBLE',
    });
    await act(publishEdit, { guildId, publicationId: made.id, content: { title: 'T', body: 'shorter' } });
    await clock.advance(5_000);
    expect(target.texts).toEqual(['T', 'T\nshorter']);
  });

  test('makes nothing when every target would refuse it', async () => {
    const { act, addTarget, db } = await bench();
    await addTarget('long');
    const request = { guildId, content: { title: 'T', body: 'x'.repeat(600) }, targets: ['long'] };
    await expect(act(publishCreate, request)).rejects.toMatchObject({ code: 'PUBLISH_NOTHING_TO_SEND' });
    expect(await db.selectFrom('publication').select('id').execute()).toEqual([]);
  });

  test('keeps nothing of what would give a secret away, also where other targets would not', async () => {
    const { act, addTarget, db } = await bench();
    await addTarget('title', {}, { template: '{title}' });
    await addTarget('whole');
    const secret = `ghp_${'a1B2'.repeat(9)}`;
    const request = { guildId, content: { title: 'T', body: `use ${secret}` }, targets: ['title', 'whole'] };
    const preview = await act(publishPreview, request);
    expect(preview.targets.map(({ problems }) => problems.length > 0)).toEqual([false, true]);
    await expect(act(publishCreate, request)).rejects.toMatchObject({
      code: 'PUBLISH_SECRET',
      message: expect.not.stringContaining(secret),
    });
    expect(await db.selectFrom('publication').select('id').execute()).toEqual([]);
  });

  test('names a target that isn’t there with the one that may have been meant', async () => {
    const { act, addTarget } = await bench();
    await addTarget('announcements');
    await expect(act(publishPreview, { guildId, content, targets: ['anouncements'] })).rejects.toMatchObject({
      code: 'PUBLISH_NO_TARGET',
      message: expect.stringContaining('did you mean “announcements”'),
    });
  });

  test('leaves at its time, not late, and can be edited and withdrawn before', async () => {
    const { act, target, addTarget, clock } = await bench();
    await addTarget('one');
    const at = { local: '2026-01-02T12:00', zone: 'UTC' };
    const plan = { guildId, content, targets: ['one'], at };
    expect(await act(publishPreview, plan)).toMatchObject({ when: '2026-01-02T12:00 UTC' });
    const kept = await act(publishCreate, plan);
    const gone = await act(publishCreate, plan);
    expect(kept.deliveries[0]?.state).toBe('scheduled');
    await act(publishEdit, { guildId, publicationId: kept.id, content: { ...content, body: 'Edited.' } });
    await act(publishCancel, { guildId, publicationId: gone.id });
    await clock.advance(35 * 3_600_000);
    expect(target.effects).toHaveLength(0);
    await clock.advance(2 * 3_600_000);
    expect(target.texts).toEqual(['Release 1.2\nEdited.']);
    await expect(act(publishEdit, { guildId, publicationId: kept.id, content })).rejects.toMatchObject({
      code: 'PUBLISH_ALREADY_LEFT',
    });
    await expect(act(publishCancel, { guildId, publicationId: gone.id })).rejects.toMatchObject({
      code: 'PUBLISH_ALREADY_LEFT',
    });
    await expect(act(publishCreate, plan)).rejects.toMatchObject({ code: 'PUBLISH_TIME_PASSED' });
  });

  test('moves to another time with its order', async () => {
    const { act, publishing, target, addTarget, clock } = await bench();
    await addTarget('one');
    const order = {
      ...{ guildId, content, targets: ['one'], cause: 'milestone:1', orderedBy: 'system:test' },
      dueAtMs: clock.nowMs() + 3_600_000,
    };
    const { id } = await publishing.publications.order(order);
    expect((await publishing.publications.order(order)).id).toBe(id);
    await publishing.publications.move(guildId, id, clock.nowMs() + 7_200_000);
    await clock.advance(5_400_000);
    expect(target.effects).toHaveLength(0);
    await clock.advance(1_900_000);
    expect(target.effects).toHaveLength(1);
    const view = await act(publicationShow, { guildId, publicationId: id });
    expect(view.dueAtMs).toBe(order.dueAtMs + 3_600_000);
  });

  test('tells live panels of every change', async () => {
    const { act, publishing, addTarget, clock } = await bench();
    await addTarget('one');
    const heard: string[] = [];
    const stop = publishing.publications.onChange((id) => void heard.push(id));
    const made = await act(publishCreate, { guildId, content, targets: ['one'] });
    await clock.advance(5_000);
    expect(heard.filter((id) => id === made.id).length).toBeGreaterThanOrEqual(3);
    stop();
    const before = heard.length;
    await act(publishCreate, { guildId, content, targets: ['one'] });
    expect(heard).toHaveLength(before);
  });
});

describe('what a person decides', () => {
  test('retries, marks as done and discards what failed', async () => {
    const { act, target, addTarget, clock } = await bench();
    await addTarget('one');
    const ids: string[] = [];
    for (let index = 0; index < 3; index++) {
      target.accidents.push('refused');
      const made = await act(publishCreate, { guildId, content, targets: ['one'] });
      ids.push(made.deliveries[0]?.id ?? '');
      await clock.advance(5_000);
    }
    const [retried = '', done = '', discarded = ''] = ids;
    await act(deliveryRetry, { guildId, deliveryId: retried });
    const url = 'https://elsewhere.example/1';
    expect(await act(deliveryDone, { guildId, deliveryId: done, url })).toMatchObject({ state: 'done', url });
    expect(await act(deliveryDiscard, { guildId, deliveryId: discarded })).toMatchObject({
      state: 'discarded',
    });
    await clock.advance(5_000);
    expect(target.effects).toHaveLength(1);
    const list = await act(deliveryList, { guildId, only: 'all', target: 'one' });
    expect(list.deliveries.map(({ state }) => state).sort()).toEqual(['discarded', 'done', 'done']);
  });

  test('is shown the stored texts of a publication, each with its own hash', async () => {
    const { act, addTarget } = await bench();
    await addTarget('one', {}, { policy: 'one-manager' });
    const made = await act(publishCreate, { guildId, content, targets: ['one'] });
    const { targets } = await act(publicationPreview, { guildId, publicationId: made.id });
    expect(targets).toMatchObject([
      { target: 'one', state: 'awaiting-approval', parts: [{ text: 'Release 1.2\nIt is out.' }] },
    ]);
    expect(targets[0]?.stepsHash).toBe(made.deliveries[0]?.stepsHash);
  });
});
