import { expect, test } from 'vitest';
import { nodePeers, nodeStart } from '#contracts/actions/node.ts';
import { type Clock, systemClock } from '#core/clock.ts';
import { meshLimits } from '#mesh/limits.ts';
import { createHub, trustNow } from './support/hub.ts';
import { dialHub, rawPeer } from './support/raw-peer.ts';

/** Monotonic time that a test can move on; timers run as ever. */
function clockWithLeap(): Clock & { leap(byMs: number): void } {
  const clock = systemClock();
  let leaptMs = 0;
  return {
    ...clock,
    monotonicMs: () => clock.monotonicMs() + leaptMs,
    leap: (byMs) => {
      leaptMs += byMs;
    },
  };
}

test('a stranger is let go after a minute, a trusted community stays, and both are remembered', async () => {
  const clock = clockWithLeap();
  const hub = await createHub('North', {}, clock);
  await hub.act(nodeStart, {});
  const [stranger, friend] = [await rawPeer(), await rawPeer()];
  await trustNow(hub, { community: friend.peerId.toString(), name: 'Friend' });
  await Promise.all([dialHub(stranger, hub), dialHub(friend, hub)]);
  await expect.poll(() => hub.mesh.communities.find(stranger.peerId.toString())?.name).toBe('Raw');

  clock.leap(meshLimits.untrustedIdleMs);
  await expect
    .poll(() => stranger.getConnections().length, { timeout: meshLimits.pruneIntervalMs + 3_000 })
    .toBe(0);
  expect(friend.getConnections()).toHaveLength(1);
  const { communities } = await hub.act(nodePeers, {});
  expect(communities).toMatchObject([
    { name: 'Friend', connected: true },
    { name: 'Raw', connected: false, trusted: false },
  ]);
});
