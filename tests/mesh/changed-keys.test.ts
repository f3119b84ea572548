import { expect, test } from 'vitest';
import { nodeForget, nodeTrust, trustCard } from '#contracts/actions/node.ts';
import { systemClock } from '#core/clock.ts';
import { meshLimits } from '#mesh/limits.ts';
import {
  connectHubs,
  createHub,
  peerIdOf,
  reincarnate,
  startedHub,
  type TestHub,
  trust,
  trustNow,
} from './support/hub.ts';

async function cardOf(hub: TestHub, community: string) {
  const refusal = await hub.act(nodeTrust, { community }).catch((error: unknown) => error);
  return trustCard.parse((refusal as { details: unknown }).details);
}

async function forgottenAndNew() {
  const [north, old, anew] = [
    await startedHub('North'),
    await startedHub('South'),
    await startedHub('South'),
  ];
  await connectHubs(old, north);
  await trust(north, old);
  const [oldId, newId] = [await peerIdOf(old), await peerIdOf(anew)];
  await north.act(nodeForget, { community: oldId });
  return { north, anew, oldId, newId };
}

test('a name trusted before under another key is shown on the card, audited, and told to managers', async () => {
  const { north, anew, oldId, newId } = await forgottenAndNew();
  await connectHubs(anew, north);
  expect(await cardOf(north, newId)).toMatchObject({ name: 'South', otherPeerId: oldId });
  expect(north.told).toEqual([]);
  await trustNow(north, { community: newId });
  expect(north.told).toEqual([expect.stringContaining('another key')]);
  expect(north.audited).toMatchObject([
    { action: 'community.key-changed', input: { name: 'South', former: oldId, peerId: newId } },
  ]);
  // What was bound to the old key can say who has the name now.
  expect(north.mesh.communities.successorOf(oldId)?.peerId).toBe(newId);
  expect(north.mesh.communities.successorOf(newId)).toBeUndefined();
});

test('it is remembered across a restart, and the same key again is no change', async () => {
  const { north, oldId, newId } = await forgottenAndNew();
  await north.mesh.stop?.();
  const later = await reincarnate(north);
  expect(await cardOf(later, newId).then(({ otherPeerId }) => otherPeerId)).toBeUndefined();
  const named = await later
    .act(nodeTrust, { community: newId, name: 'south' })
    .catch((error: unknown) => trustCard.parse((error as { details: unknown }).details));
  expect(named).toMatchObject({ otherPeerId: oldId });
  const again = await trustNow(later, { community: oldId, name: 'South' });
  expect(again).toMatchObject({ trusted: true });
  expect(later.told).toEqual([]);
});

test('managers are notified of a stranger that claims a trusted name: once a day, however many there are', async () => {
  const clock = systemClock();
  let shiftedMs = 0;
  const monotonicMs = () => clock.monotonicMs() + shiftedMs;
  const north = await createHub('North', {}, { ...clock, monotonicMs });
  await north.mesh.actions
    .find(({ spec }) => spec.name === 'node.start')
    ?.run({ actor: { kind: 'system', reason: 'test' }, signal: new AbortController().signal }, {});
  const friend = await startedHub('South');
  await connectHubs(friend, north);
  await trust(north, friend);
  for (const name of ['south', 'SOUTH']) await connectHubs(await startedHub(name), north);
  expect(north.told).toEqual([expect.stringContaining('Nothing is shared with it')]);
  expect(north.audited).toMatchObject([{ action: 'community.name-claimed' }]);
  shiftedMs = meshLimits.claimToldEveryMs;
  await connectHubs(await startedHub('South '), north).catch(() => {});
  await expect.poll(() => north.told.length).toBe(2);
});
