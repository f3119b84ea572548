import { expect, test } from 'vitest';
import {
  publicationPreview,
  publicationShow,
  publishApprove,
  publishCreate,
} from '#contracts/actions/publish.ts';
import { targetAdd } from '#contracts/actions/targets.ts';
import { promiseOf, recordingSource } from '#contracts/artifacts.ts';
import { audiences } from '#contracts/audio.ts';
import { guildId, person, publishingBench } from '../support/publishing-bench.ts';
import { SpeakingTarget } from '../support/speaking-target.ts';

const manager = person('1', 'manager');
const publisher = person('2', 'publisher');
const never = new AbortController().signal;

async function published(source: string, policy: 'none' | 'two-people' = 'none') {
  const target = new SpeakingTarget();
  const bench = await publishingBench({ publishers: [target.speaker('fake')] });
  await bench.act(targetAdd, { guildId, name: 'one', publisher: 'fake', policy });
  const draft = { label: 'Talk.opus', mediaType: 'audio/ogg', source, guildId };
  const bytes = async function* () {
    yield Buffer.from('OggS: a talk');
  };
  const { cid } = await bench.publishing.artifacts.put(draft, bytes(), never);
  const content = { title: 'Talk', media: [{ cid }] };
  const { deliveries, id } = await bench.act(
    publishCreate,
    { guildId, content, targets: ['one'] },
    publisher,
  );
  await bench.clock.advance(1_000);
  const shown = async () => (await bench.act(publicationShow, { guildId, publicationId: id })).deliveries[0];
  return { ...bench, target, publicationId: id, delivery: deliveries[0], shown };
}

test('a promise is read back from the source that keeps it, and nothing else is one', () => {
  for (const audience of audiences)
    for (const live of [true, false]) {
      const isPromise = live || audience !== 'neighbours';
      expect(promiseOf(recordingSource({ audience, live }))).toEqual(
        isPromise ? { audience, live } : undefined,
      );
    }
  for (const source of ['recording', 'upload', 'recording for everybody', 'a recording for server'])
    expect(promiseOf(source)).toBeUndefined();
});

test.each([
  ['live recording for server', /“Talk.opus” people .*notice said: heard by people in this server/],
  ['live recording for neighbours', /notice said: heard by .*communities that it trusts/],
  ['recording for community', /was broadcast to be heard by people in all servers/],
])('%s leaves for more people only when a manager says yes, who reads the notice', async (source, note) => {
  const { act, clock, delivery, publicationId, shown, target } = await published(source);
  expect(delivery).toMatchObject({ state: 'awaiting-approval', approvals: { given: 0, needed: 1 } });
  expect(target.effects).toEqual([]);
  const { targets } = await act(publicationPreview, { guildId, publicationId });
  expect(targets[0]?.warnings).toEqual([expect.stringMatching(note)]);
  const input = { guildId, deliveryId: delivery?.id ?? '', stepsHash: delivery?.stepsHash ?? '' };
  await expect(act(publishApprove, input, publisher)).rejects.toMatchObject({
    code: 'PUBLISH_APPROVAL_NEEDS_MANAGER',
  });
  await act(publishApprove, input, manager);
  await clock.advance(1_000);
  expect(target.effects).toHaveLength(1);
  expect(await shown()).toMatchObject({ state: 'done' });
});

test('where two people are asked, both are managers', async () => {
  const { act, delivery } = await published('live recording for server', 'two-people');
  const input = { guildId, deliveryId: delivery?.id ?? '', stepsHash: delivery?.stepsHash ?? '' };
  expect(delivery?.approvals.needed).toBe(2);
  await expect(act(publishApprove, input, publisher)).rejects.toMatchObject({
    code: 'PUBLISH_APPROVAL_NEEDS_MANAGER',
  });
});

test('a recording for all neighbours, in which no channel’s people are heard, goes as its target says', async () => {
  const { shown, target } = await published('recording');
  expect(target.effects).toHaveLength(1);
  expect(await shown()).toMatchObject({ state: 'done' });
});

test('a row that was set free without that yes doesn’t leave', async () => {
  const { clock, db, shown, target } = await published('live recording for server');
  await db.updateTable('delivery').set({ state: 'pending', claim_at_ms: clock.nowMs() }).execute();
  await clock.advance(1_200_000);
  expect(target.effects).toEqual([]);
  expect(await shown()).toMatchObject({ state: 'failed', error: { code: 'OUTBOX_REJECTED' } });
});
