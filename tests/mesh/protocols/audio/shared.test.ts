import { expect, test } from 'vitest';
import { TestSink, testFrame } from '../../support/broadcasts.ts';
import {
  connectHubs,
  friends,
  inTime,
  peerIdOf,
  startedHub,
  type TestHub,
  trust,
} from '../../support/hub.ts';

/** North trusts both and shares `player` with South alone; `radio` is for everybody. */
async function threeHubs() {
  const { north, south, northId, southId } = await friends();
  const west = await startedHub('West');
  await connectHubs(west, north);
  await trust(north, west);
  await trust(west, north);
  north.broadcasts.add('radio');
  north.broadcasts.add('player', 'North’s player', 'server');
  north.broadcasts.sharedWith.set('player', new Set([southId]));
  return { north, south, west, northId, westId: await peerIdOf(west) };
}

async function listed(hub: TestHub, peerId: string): Promise<string[]> {
  return (await hub.mesh.remote.list(peerId, inTime())).map(({ id }) => id);
}

test('what is shared with one community is listed and served to that one; to others it never was', async () => {
  const { north, south, west, northId } = await threeHubs();
  expect(await listed(south, northId)).toEqual(['radio', 'player']);
  expect(await listed(west, northId)).toEqual(['radio']);

  const heard = new TestSink();
  await south.mesh.remote.subscribe(northId, 'player', heard, inTime());
  const refusals = await Promise.all(
    ['player', 'nothing'].map((id) =>
      west.mesh.remote
        .subscribe(northId, id, new TestSink(), inTime())
        .catch(({ code, kind }) => ({ code, kind })),
    ),
  );
  expect(refusals[0]).toEqual({ code: 'MESH_UNKNOWN_BROADCAST', kind: 'user' });
  expect(refusals[1]).toEqual(refusals[0]);
  // The control: what is for all reaches it.
  const radio = new TestSink();
  await west.mesh.remote.subscribe(northId, 'radio', radio, inTime());
  north.broadcasts.send('player', testFrame(1));
  north.broadcasts.send('radio', testFrame(2));
  await expect.poll(() => [heard.sequences, radio.sequences]).toEqual([[1], [2]]);
});

test('each request is judged by what is shared at that moment', async () => {
  const { north, west, northId, westId } = await threeHubs();
  north.broadcasts.sharedWith.set('player', new Set([westId]));
  expect(await listed(west, northId)).toEqual(['radio', 'player']);
  north.broadcasts.sharedWith.set('player', new Set());
  expect(await listed(west, northId)).toEqual(['radio']);
});
