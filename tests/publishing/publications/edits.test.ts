import { describe, expect, test } from 'vitest';
import { artifactAdd } from '#contracts/actions/artifacts.ts';
import {
  publicationDraft,
  publicationShow,
  publishApprove,
  publishCreate,
  publishEdit,
  publishPreview,
} from '#contracts/actions/publish.ts';
import { targetAdd } from '#contracts/actions/targets.ts';
import { deliveriesPerPublicationMax } from '#publishing/publications/views.ts';
import { guildId, otherGuildId, person, publishingBench } from '../support/publishing-bench.ts';
import { SpeakingTarget } from '../support/speaking-target.ts';

const content = { title: 'T', body: 'first', tags: ['a'], link: 'https://example.org/1' };
const later = { local: '2026-01-01T02:00', zone: 'UTC' };

/** Three targets: one asks a manager, two ask nobody. */
async function bench() {
  const target = new SpeakingTarget();
  const made = await publishingBench({ publishers: [target.speaker('fake')] });
  const { act } = made;
  await act(targetAdd, { guildId, name: 'asks', publisher: 'fake' });
  for (const name of ['free', 'spare'])
    await act(targetAdd, { guildId, name, publisher: 'fake', policy: 'none' });
  const states = async (publicationId: string) =>
    (await act(publicationShow, { guildId, publicationId })).deliveries.map(
      ({ target: name, state }) => `${name}: ${state}`,
    );
  return { ...made, target, states };
}

describe('the draft of a publication', () => {
  test('gives back all that an edit needs, of this guild’s alone', async () => {
    const { act } = await bench();
    const { cid } = await act(artifactAdd, {
      guildId,
      label: 'log.txt',
      content: { kind: 'text', text: 'built' },
    });
    const media = [{ cid, altText: 'a log' }];
    const made = await act(publishCreate, {
      guildId,
      content: { ...content, media },
      targets: ['asks'],
      at: later,
    });
    expect(await act(publicationDraft, { guildId, publicationId: made.id })).toEqual({
      content: { ...content, media },
      targets: ['asks'],
      dueAtMs: Date.UTC(2026, 0, 1, 2),
      revision: 1,
    });
    const stranger = person('9', 'manager', otherGuildId);
    const theirs = { guildId: otherGuildId, publicationId: made.id };
    await expect(act(publicationDraft, theirs, stranger)).rejects.toMatchObject({
      code: 'PUBLISH_NO_PUBLICATION',
    });
  });

  test('is refused for what has left', async () => {
    const { act, clock } = await bench();
    const { id } = await act(publishCreate, { guildId, content, targets: ['free'] });
    await clock.advance(1_000);
    await expect(act(publicationDraft, { guildId, publicationId: id })).rejects.toMatchObject({
      code: 'PUBLISH_ALREADY_LEFT',
    });
  });
});

describe('an edit', () => {
  test('changes words, files, targets and time in one, and asks again for exactly what its preview showed', async () => {
    const { act, states, clock, target } = await bench();
    const { cid } = await act(artifactAdd, { guildId, label: 'a.txt', content: { kind: 'text', text: 'x' } });
    const made = await act(publishCreate, { guildId, content, targets: ['asks', 'free'], at: later });
    const first = made.deliveries.find((each) => each.target === 'asks');
    await act(publishApprove, { guildId, deliveryId: first?.id ?? '', stepsHash: first?.stepsHash ?? '' });

    const { revision } = await act(publicationDraft, { guildId, publicationId: made.id });
    const wanted = {
      guildId,
      content: { title: 'T2', body: 'second', tags: ['b'], media: [{ cid }] },
      targets: ['asks', 'spare'],
      at: { local: '2026-01-01T03:00', zone: 'UTC' },
    };
    const preview = await act(publishPreview, { ...wanted, edits: { publicationId: made.id, revision } });
    expect(preview.dueAtMs).toBe(Date.UTC(2026, 0, 1, 3));
    const seen = Object.fromEntries(preview.targets.map((each) => [each.target, each.stepsHash]));
    const edited = await act(publishEdit, { ...wanted, publicationId: made.id, revision, seen });
    expect(edited).toMatchObject({ title: 'T2', dueAtMs: Date.UTC(2026, 0, 1, 3) });
    expect(await states(made.id)).toEqual(['asks: awaiting-approval', 'free: cancelled', 'spare: scheduled']);

    const asked = edited.deliveries.find((each) => each.target === 'asks');
    expect(asked?.approvals).toEqual({ given: 0, needed: 1 });
    // What is approved is what the preview showed.
    expect(preview.targets[0]?.stepsHash).toBe(`${made.id}.${asked?.stepsHash}`);
    await expect(
      act(publishApprove, { guildId, deliveryId: first?.id ?? '', stepsHash: first?.stepsHash ?? '' }),
    ).rejects.toMatchObject({ code: 'PUBLISH_CHANGED' });
    await act(publishApprove, { guildId, deliveryId: asked?.id ?? '', stepsHash: asked?.stepsHash ?? '' });
    await clock.advance(2.5 * 3_600_000);
    expect(target.texts).toEqual([]);
    await clock.advance(3_600_000);
    expect(target.texts).toEqual(['T2\nsecond', 'T2\nsecond']);
  });

  test('that is not of the preview, or of an older revision, changes nothing', async () => {
    const { act, states } = await bench();
    const made = await act(publishCreate, { guildId, content, targets: ['asks'] });
    const edit = { guildId, publicationId: made.id, content: { ...content, body: 'second' } };
    const { targets } = await act(publishPreview, {
      guildId,
      content: { ...content, body: 'shown' },
      targets: ['asks'],
      edits: { publicationId: made.id, revision: 1 },
    });
    const seen = { asks: targets[0]?.stepsHash ?? '' };
    await expect(act(publishEdit, { ...edit, seen })).rejects.toMatchObject({ code: 'PUBLISH_CHANGED' });
    await act(publishEdit, { ...edit, revision: 1 });
    await expect(act(publishEdit, { ...edit, revision: 1 })).rejects.toMatchObject({
      code: 'OUTBOX_EDITED_MEANWHILE',
    });
    await expect(
      act(publishPreview, {
        ...{ guildId, content, targets: ['asks'] },
        edits: { publicationId: made.id, revision: 1 },
      }),
    ).rejects.toMatchObject({ code: 'OUTBOX_EDITED_MEANWHILE' });
    expect(await states(made.id)).toEqual(['asks: awaiting-approval']);
  });

  test('leaves the time alone unless told, and takes it away for null', async () => {
    const { act, clock, target } = await bench();
    const made = await act(publishCreate, { guildId, content, targets: ['free'], at: later });
    const edit = { guildId, publicationId: made.id, content: { title: 'T', body: 'kept' } };
    expect((await act(publishEdit, edit)).dueAtMs).toBe(Date.UTC(2026, 0, 1, 2));
    await clock.advance(60_000);
    expect(target.texts).toEqual([]);
    const now = await act(publishEdit, { ...edit, content: { title: 'T', body: 'now' }, at: null });
    expect(now.dueAtMs).toBeUndefined();
    await clock.advance(1_000);
    expect(target.texts).toEqual(['T\nnow']);
  });

  test('gives what was refused other words, and what has left nothing', async () => {
    const { act, clock, target, states } = await bench();
    target.accidents.push('refused');
    const made = await act(publishCreate, { guildId, content, targets: ['free', 'spare'] });
    await clock.advance(1_000);
    expect((await states(made.id)).sort()).toEqual(['free: failed', 'spare: done']);
    await act(publishEdit, { guildId, publicationId: made.id, content: { title: 'T', body: 'again' } });
    await clock.advance(1_000);
    expect((await states(made.id)).sort()).toEqual(['free: done', 'spare: done']);
    expect(target.texts.sort()).toEqual(['T\nagain', 'T\nfirst']);
  });

  test('of a target that would refuse it is refused whole', async () => {
    const { act, states } = await bench();
    const made = await act(publishCreate, { guildId, content, targets: ['asks'] });
    const edit = { guildId, publicationId: made.id, content: { title: 'T', body: 'x'.repeat(600) } };
    await expect(act(publishEdit, { ...edit, targets: ['asks', 'free'] })).rejects.toMatchObject({
      code: 'PUBLISH_PROBLEMS',
    });
    expect(await states(made.id)).toEqual(['asks: awaiting-approval']);
  });

  test('makes no more deliveries than a publication may have', async () => {
    const { act } = await bench();
    const made = await act(publishCreate, { guildId, content, targets: ['asks'], at: later });
    const edit = { guildId, publicationId: made.id, content };
    const turn = (count: number) =>
      act(publishEdit, { ...edit, targets: [count % 2 === 0 ? 'free' : 'spare'] });
    for (let count = 1; count < deliveriesPerPublicationMax; count++) await turn(count);
    await expect(turn(deliveriesPerPublicationMax)).rejects.toMatchObject({ code: 'PUBLISH_TOO_MANY' });
  });
});
