import { expect, test } from 'vitest';
import { FarBroadcasts } from '#audio/broadcast/far-broadcasts.ts';
import type { BroadcastInfo } from '#contracts/audio.ts';
import type { Community } from '#contracts/communities.ts';
import { systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { startedHub, trustNow } from '../../mesh/support/hub.ts';
import { dialHub, rawPeer } from '../../mesh/support/raw-peer.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const never = new AbortController().signal;
const near = community('near');
const far = community('far');

function community(name: string): Community {
  return { name, peerId: `key-of-${name}`, trusted: true, connected: true } as Community;
}

function infoOf(id: string): BroadcastInfo {
  return { id, title: id, startedAtMs: 0, subscriberCount: 0 } as BroadcastInfo;
}

/** Each community's answers are given by hand; a question that is cut short rejects. */
function world() {
  const clock = new FakeClock();
  const asked: { peerId: string; answer: (ids: string[]) => void; fail: (error: Error) => void }[] = [];
  const communities = [near, far];
  const broadcasts = new FarBroadcasts({
    communities: { list: () => communities },
    remote: {
      list: (peerId, signal) => {
        const { promise, resolve, reject } = Promise.withResolvers<BroadcastInfo[]>();
        signal.addEventListener('abort', () => reject(signal.reason));
        asked.push({ peerId, answer: (ids) => resolve(ids.map(infoOf)), fail: reject });
        return promise;
      },
    },
    clock,
    logger: silentLogger(),
  });
  const answer = (of: Community, ids: string[]) =>
    asked.findLast(({ peerId }) => peerId === of.peerId)?.answer(ids);
  return { clock, communities, broadcasts, asked, answer };
}

test('who answers in time is shown; who doesn’t is answered for by what it said last', async () => {
  const { clock, broadcasts, answer, asked } = world();
  const first = broadcasts.list(1_000, never);
  answer(near, ['radio']);
  await clock.advance(1_000);
  expect(await first).toEqual([
    { peerId: near.peerId, community: 'near', broadcasts: [{ ...infoOf('radio'), reference: 'radio@near' }] },
    { peerId: far.peerId, community: 'far', broadcasts: [], problem: 'It has not answered yet.' },
  ]);

  // Its late answer is there for the next who asks; nobody asks it twice meanwhile.
  const second = broadcasts.list(1_000, never);
  expect(asked.filter(({ peerId }) => peerId === far.peerId)).toHaveLength(1);
  answer(far, ['stage']);
  answer(near, ['radio']);
  expect((await second).flatMap(({ broadcasts }) => broadcasts.map(({ id }) => id))).toEqual([
    'radio',
    'stage',
  ]);

  const third = broadcasts.list(1_000, never);
  await clock.advance(1_000);
  expect((await third).flatMap(({ broadcasts }) => broadcasts.map(({ id }) => id))).toEqual([
    'radio',
    'stage',
  ]);
});

test('what was said long ago, or by one that is trusted no longer, is not said again', async () => {
  const { clock, communities, broadcasts, answer } = world();
  const known = broadcasts.list(1_000, never);
  answer(near, ['radio']);
  answer(far, ['stage']);
  await known;
  expect((await broadcasts.list(0, never)).map(({ broadcasts }) => broadcasts.length)).toEqual([1, 1]);
  communities.splice(1, 1);
  await broadcasts.list(0, never);
  communities.push(far);
  expect(await broadcasts.list(0, never)).toMatchObject([
    { broadcasts: [{ id: 'radio' }] },
    { broadcasts: [], problem: 'It was not asked.' },
  ]);
  await clock.advance(11 * 60_000);
  expect((await broadcasts.list(0, never)).map(({ broadcasts }) => broadcasts.length)).toEqual([0, 0]);
});

test('a request that nobody waits for ends automatically, and at the stop; a caller’s end is its own', async () => {
  const { clock, broadcasts, asked } = world();
  const leaving = new AbortController();
  const left = broadcasts.list(1_000, leaving.signal);
  leaving.abort(new Error('typed on'));
  await expect(left).rejects.toThrow('typed on');
  await clock.advance(30_000);
  const again = broadcasts.list(1_000, never);
  expect(asked).toHaveLength(4);
  broadcasts.stop();
  expect((await again).map(({ problem }) => problem)).toEqual([
    'It could not be asked.',
    'It could not be asked.',
  ]);
  expect(clock.pendingCount).toBe(0);
});

test('a caller with time waits for a fresh answer of each', async () => {
  const { clock, broadcasts, answer, asked } = world();
  const soon = broadcasts.list(1_000, never);
  const whole = broadcasts.list(undefined, never);
  expect(asked).toHaveLength(4);
  await clock.advance(5_000);
  answer(near, ['radio']);
  answer(far, ['stage']);
  expect((await whole).map(({ broadcasts }) => broadcasts.length)).toEqual([1, 1]);
  await soon;
});

test('a real community that takes the question and never answers costs no more than the time given', async () => {
  const hub = await startedHub('South');
  const peer = await rawPeer(() => undefined);
  const peerId = peer.peerId.toString();
  await trustNow(hub, { community: peerId, name: 'Raw' });
  await dialHub(peer, hub);
  const { communities, remote } = hub.mesh;
  const broadcasts = new FarBroadcasts({ communities, remote, clock: systemClock(), logger: silentLogger() });
  const startedAtMs = performance.now();
  expect(await broadcasts.list(300, never)).toMatchObject([
    { peerId, broadcasts: [], problem: expect.any(String) },
  ]);
  expect(performance.now() - startedAtMs).toBeLessThan(2_500);
  broadcasts.stop();
});
