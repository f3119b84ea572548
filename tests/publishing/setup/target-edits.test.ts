import { expect, test } from 'vitest';
import { publicationShow, publishApprove, publishCreate } from '#contracts/actions/publish.ts';
import { targetAdd, targetEdit, targetList, targetPause, targetResume } from '#contracts/actions/targets.ts';
import { guildId, person, publishingBench } from '../support/publishing-bench.ts';
import { SpeakingTarget } from '../support/speaking-target.ts';

const content = { title: 'T', body: 'b' };
const later = { local: '2026-01-01T02:00', zone: 'UTC' };

async function bench(policy: 'none' | 'one-manager' = 'one-manager') {
  const target = new SpeakingTarget();
  const made = await publishingBench({ publishers: [target.speaker('fake')] });
  const { act } = made;
  const options = { place: 'square', costMicros: 5 };
  await act(targetAdd, {
    guildId,
    name: 'one',
    publisher: 'fake',
    policy,
    options,
    monthlyBudgetMicros: 100,
  });
  const delivery = async (publicationId: string) => {
    const [only] = (await act(publicationShow, { guildId, publicationId })).deliveries;
    if (!only) throw new Error('no delivery');
    return only;
  };
  const approve = async (publicationId: string) => {
    const { id, stepsHash = '' } = await delivery(publicationId);
    await act(publishApprove, { guildId, deliveryId: id, stepsHash });
  };
  return { ...made, target, delivery, approve };
}

test('changes what is named and leaves pause, spending and history', async () => {
  const { act, clock } = await bench('none');
  const { id } = await act(publishCreate, { guildId, content, targets: ['one'] });
  await clock.advance(1_000);
  await act(targetPause, { guildId, target: 'one' });
  const edited = await act(targetEdit, {
    guildId,
    target: 'one',
    options: { place: 'harbour', costMicros: null },
    template: '{title}',
  });
  expect(edited).toMatchObject({
    options: { place: 'harbour' },
    template: '{title}',
    policy: 'none',
    monthlyBudgetMicros: 100,
    spentThisMonthMicros: 5,
    paused: { reason: 'by-person' },
    redraftedCount: 0,
  });
  expect(edited.options).not.toHaveProperty('costMicros');
  expect(await act(publicationShow, { guildId, publicationId: id })).toMatchObject({
    deliveries: [{ target: 'one', state: 'done' }],
  });
  const without = await act(targetEdit, {
    ...{ guildId, target: 'one' },
    monthlyBudgetMicros: null,
    template: null,
  });
  expect(without).not.toHaveProperty('monthlyBudgetMicros');
  expect((await act(targetList, { guildId })).targets[0]).not.toHaveProperty('template');
});

test('voids the approvals of what it makes something else, and of nothing more', async () => {
  const { act, clock, target, delivery, approve } = await bench();
  const made = await act(publishCreate, { guildId, content, targets: ['one'], at: later });
  await approve(made.id);
  const before = await delivery(made.id);
  expect(before.state).toBe('scheduled');
  // A budget is nothing that anybody approved.
  const same = await act(targetEdit, {
    guildId,
    target: 'one',
    monthlyBudgetMicros: 50,
    options: { place: 'square' },
  });
  expect(same.redraftedCount).toBe(0);
  expect((await delivery(made.id)).state).toBe('scheduled');

  const other = await act(targetEdit, { guildId, target: 'one', options: { place: 'harbour' } });
  expect(other.redraftedCount).toBe(1);
  expect(await delivery(made.id)).toMatchObject({
    state: 'awaiting-approval',
    approvals: { given: 0, needed: 1 },
  });
  await expect(
    act(publishApprove, { guildId, deliveryId: before.id, stepsHash: before.stepsHash ?? 'none' }),
  ).rejects.toMatchObject({ code: 'PUBLISH_CHANGED' });
  await clock.advance(3 * 3_600_000);
  expect(target.effects).toEqual([]);
});

test('by another policy asks those who now must say yes, or nobody', async () => {
  const { act, clock, target, delivery, approve } = await bench('none');
  const made = await act(publishCreate, { guildId, content, targets: ['one'], at: later });
  await act(targetEdit, { guildId, target: 'one', policy: 'one-manager' });
  expect((await delivery(made.id)).state).toBe('awaiting-approval');
  await act(targetEdit, { guildId, target: 'one', policy: 'none' });
  expect((await delivery(made.id)).state).toBe('scheduled');
  await act(targetEdit, { guildId, target: 'one', policy: 'one-manager' });
  await approve(made.id);
  await clock.advance(3 * 3_600_000);
  expect(target.texts).toEqual(['T\nb']);
});

test('is refused whole when something that waits would no longer be taken', async () => {
  const { act, delivery } = await bench();
  const made = await act(publishCreate, { guildId, content, targets: ['one'] });
  const edit = { guildId, target: 'one' };
  await expect(act(targetEdit, { ...edit, template: `{title}${'x'.repeat(600)}` })).rejects.toMatchObject({
    code: 'PUBLISH_PROBLEMS',
  });
  await expect(act(targetEdit, { ...edit, options: { plcae: 'x' } })).rejects.toMatchObject({
    code: 'PUBLISH_OPTIONS_INVALID',
  });
  await expect(act(targetEdit, edit, person('2', 'publisher'))).rejects.toMatchObject({
    code: 'ACTION_FORBIDDEN',
  });
  const [target] = (await act(targetList, { guildId })).targets;
  expect(target).toMatchObject({ options: { place: 'square', costMicros: 5 } });
  expect((await delivery(made.id)).state).toBe('awaiting-approval');
});

test('leaves alone what has failed: that is sent as it was, or edited', async () => {
  const { act, clock, target, delivery } = await bench('none');
  target.accidents.push('refused');
  const made = await act(publishCreate, { guildId, content, targets: ['one'] });
  await clock.advance(1_000);
  const edited = await act(targetEdit, { guildId, target: 'one', options: { place: 'harbour' } });
  expect(edited.redraftedCount).toBe(0);
  expect((await delivery(made.id)).state).toBe('failed');
});

test('that is to be in order stands behind what waits already', async () => {
  const { act, clock, target } = await bench('none');
  await act(targetPause, { guildId, target: 'one' });
  await act(publishCreate, { guildId, content: { title: '1', body: '' }, targets: ['one'] });
  await act(targetEdit, { guildId, target: 'one', ordered: true });
  await act(publishCreate, { guildId, content: { title: '2', body: '' }, targets: ['one'] });
  target.accidents.push('not-sent');
  await act(targetResume, { guildId, target: 'one' });
  await clock.advance(1_300_000);
  expect(target.texts).toEqual(['1\n', '2\n']);
});
