import { rm } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { nodePeers, nodeStart, nodeStop, nodeTrust, trustCard } from '#contracts/actions/node.ts';
import type { Actor } from '#contracts/actor.ts';
import { type Clock, systemClock } from '#core/clock.ts';
import { meshLimits } from '#mesh/limits.ts';
import { safetyWordsOf } from '#mesh/safety-words/safety-words.ts';
import { connectHubs, createHub, peerIdOf, startedHub, type TestHub, trustNow } from './support/hub.ts';

/** Both times of a real clock can be moved on; timers run as ever. */
function shiftedClock(): Clock & { shift(byMs: number): void } {
  const clock = systemClock();
  let shiftedMs = 0;
  return {
    ...clock,
    nowMs: () => clock.nowMs() + shiftedMs,
    monotonicMs: () => clock.monotonicMs() + shiftedMs,
    shift: (byMs) => {
      shiftedMs += byMs;
    },
  };
}

const someoneElse: Actor = { kind: 'system', reason: 'somebody else' };

async function met() {
  const [north, south] = await Promise.all([startedHub('North'), startedHub('South')]);
  await connectHubs(south, north);
  return { north, south, northId: await peerIdOf(north), southId: await peerIdOf(south) };
}

/** What the asker is shown. */
async function cardOf(hub: TestHub, input: z.input<typeof nodeTrust.input>) {
  const refusal = await hub.act(nodeTrust, input).then(
    () => {
      throw new Error('trusted without a word');
    },
    (error: unknown) => error,
  );
  expect(refusal).toMatchObject({ code: 'MESH_TRUST_UNCONFIRMED' });
  return trustCard.parse((refusal as { details: unknown }).details);
}

async function trusted(hub: TestHub): Promise<string[]> {
  const { communities } = await hub.act(nodePeers, {});
  return communities.filter((community) => community.trusted).map(({ peerId }) => peerId);
}

describe('a hub that is not trusted yet', () => {
  test('is never trusted by its name alone: a lone impostor of a friend is shown with other words', async () => {
    const [north, friend, impostor] = [
      await startedHub('North'),
      await startedHub('South'),
      await startedHub('South'),
    ];
    // The friend's hub is away; only the impostor is there.
    await connectHubs(impostor, north);
    const card = await cardOf(north, { community: 'South' });
    expect(card).toMatchObject({ name: 'South', peerId: await peerIdOf(impostor) });
    expect(await trusted(north)).toEqual([]);

    const readOut = (await safetyWordsOf(await peerIdOf(friend), await peerIdOf(north))).join(' ');
    await expect(north.act(nodeTrust, { community: 'South', words: readOut })).rejects.toMatchObject({
      code: 'MESH_WORDS_WRONG',
    });
    expect(await trusted(north)).toEqual([]);
  });

  test('shows both sides the same words, and either way of giving it needs the card', async () => {
    const { north, south, northId, southId } = await met();
    const [byName, byKey, other] = [
      await cardOf(north, { community: 'south' }),
      await cardOf(north, { community: southId }),
      await cardOf(south, { community: northId }),
    ];
    expect(byName.words).toHaveLength(6);
    expect(byKey.words).toEqual(byName.words);
    expect(other.words).toEqual(byName.words);
    expect(byName.peerId).toBe(southId);
  });

  test('is trusted by the words as people type them, and shows them again to be read out', async () => {
    const { north, south, southId } = await met();
    const { words } = await cardOf(south, { community: 'North' });
    const typed = words.join(' - ').toUpperCase();
    expect(await north.act(nodeTrust, { community: 'South', words: typed })).toMatchObject({
      trusted: true,
      words,
    });
    expect(await trusted(north)).toEqual([southId]);
    expect(await north.act(nodeTrust, { community: 'South' })).toMatchObject({ trusted: true, words });
  });

  test('is trusted by the confirmation of what was shown; twice is once', async () => {
    const { north, southId } = await met();
    const { confirmation, name } = await cardOf(north, { community: 'South' });
    const confirmed = { community: southId, name, confirmation };
    expect(await north.act(nodeTrust, confirmed)).toMatchObject({ trusted: true });
    expect(await north.act(nodeTrust, confirmed)).toMatchObject({ trusted: true });
    expect(await trusted(north)).toEqual([southId]);
  });
});

describe('what does not confirm', () => {
  const cases: [
    string,
    (made: Awaited<ReturnType<typeof met>>) => Promise<z.input<typeof nodeTrust.input>>,
  ][] = [
    [
      'words of another pair',
      async ({ southId }) => {
        const words = await safetyWordsOf(southId, await peerIdOf(await startedHub('West')));
        return { community: southId, words: words.join(' ') };
      },
    ],
    [
      'wrong words beside the right confirmation',
      async ({ north, southId }) => {
        const { confirmation } = await cardOf(north, { community: southId });
        return { community: southId, confirmation, words: 'abacus abacus abacus abacus abacus abacus' };
      },
    ],
    [
      'a card of another hub',
      async ({ north, southId }) => {
        const west = await startedHub('West');
        await connectHubs(west, north);
        const { confirmation } = await cardOf(north, { community: 'West', name: 'South' });
        return { community: southId, name: 'South', confirmation };
      },
    ],
    [
      'a card that showed another name',
      async ({ north, southId }) => {
        const { confirmation } = await cardOf(north, { community: southId });
        return { community: southId, name: 'West', confirmation };
      },
    ],
    ['something made up', async ({ southId }) => ({ community: southId, confirmation: 'zzzzzzz.abc' })],
    [
      'a card whose end was moved',
      async ({ north, southId }) => {
        const { confirmation } = await cardOf(north, { community: southId });
        return { community: southId, confirmation: confirmation.replace(/^[^.]*/, 'zzzzzzz') };
      },
    ],
  ];
  test.each(cases)('%s', async (_, make) => {
    const made = await met();
    const input = await make(made);
    await expect(made.north.act(nodeTrust, input)).rejects.toMatchObject({
      code: expect.stringMatching(/^MESH_(WORDS_WRONG|TRUST_UNCONFIRMED)$/),
    });
    expect(await trusted(made.north)).toEqual([]);
  });

  test('somebody else, to whom the card was not shown', async () => {
    const { north, southId } = await met();
    const { confirmation, name } = await cardOf(north, { community: southId });
    const pressed = north.act(nodeTrust, { community: southId, name, confirmation }, undefined, someoneElse);
    await expect(pressed).rejects.toMatchObject({ code: 'MESH_TRUST_UNCONFIRMED' });
    expect(await trusted(north)).toEqual([]);
  });

  test('a card shown too long ago', async () => {
    const clock = shiftedClock();
    const north = await createHub('North', {}, clock);
    await north.act(nodeStart, {});
    const community = await peerIdOf(await startedHub('South'));
    const shown = await cardOf(north, { community, name: 'South' });
    clock.shift(meshLimits.trustCardLifetimeMs + 1_000);
    const { confirmation } = await cardOf(north, {
      ...{ community, name: 'South', confirmation: shown.confirmation },
    });
    expect(await north.act(nodeTrust, { community, name: 'South', confirmation })).toMatchObject({
      trusted: true,
    });
  });

  test('a card of before our node had another key: the words are new, too', async () => {
    const { north, southId } = await met();
    const shown = await cardOf(north, { community: southId });
    await north.act(nodeStop, {});
    await rm(north.init.keyPath);
    await north.act(nodeStart, {});
    const { confirmation, name } = shown;
    const anew = await cardOf(north, { community: southId, name, confirmation });
    expect(anew.words).not.toEqual(shown.words);
    await expect(
      north.act(nodeTrust, { community: southId, words: shown.words.join(' ') }),
    ).rejects.toMatchObject({ code: 'MESH_WORDS_WRONG' });
    expect(await trusted(north)).toEqual([]);
  });
});

describe('a name that is not known yet', () => {
  test('is waited for, and found when it comes', async () => {
    const [north, south] = await Promise.all([startedHub('North'), startedHub('South')]);
    const trusting = trustNow(north, { community: 'South' });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await connectHubs(south, north);
    expect(await trusting).toMatchObject({ trusted: true, name: 'South' });
  });

  test('is given up after ten seconds, when nobody waits any more, or when the node stops', async () => {
    const clock = shiftedClock();
    const north = await createHub('North', {}, clock);
    await north.act(nodeStart, {});
    const inVain = north.act(nodeTrust, { community: 'Nobody' });
    clock.shift(10_000);
    await expect(inVain).rejects.toMatchObject({
      code: 'MESH_NOT_FOUND_YET',
      message: expect.stringContaining('within 10 s'),
    });

    const cancel = new AbortController();
    const cancelled = north.act(nodeTrust, { community: 'Nobody' }, cancel.signal);
    const stopped = north.act(nodeTrust, { community: 'Nobody' });
    const settled = Promise.allSettled([cancelled, stopped]);
    cancel.abort(new Error('nobody waits'));
    await expect(cancelled).rejects.toThrow('nobody waits');
    await north.act(nodeStop, {});
    await expect(stopped).rejects.toMatchObject({ code: 'MESH_NODE_STOPPED' });
    await settled;
  });
});
