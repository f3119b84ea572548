import { expect, test } from 'vitest';
import { Broadcast } from '#audio/broadcast/broadcast.ts';
import { OwnBroadcasts } from '#audio/broadcast/own-broadcasts.ts';
import type { AudioSource, SourceRequest } from '#audio/source/contract.ts';
import type { SourceOpener } from '#audio/source/source-opener.ts';
import type { Listener } from '#contracts/audio.ts';
import { systemChance, systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { homeEverywhere } from '../../support/standings.ts';
import { RecordingSink } from '../support/harness.ts';

const [ours, annex] = ['100000000000000001', '100000000000000002'];

function broadcastOf(id: string, sharedWith: readonly string[], onOpened?: (request: SourceRequest) => void) {
  const sources = {
    source(request: SourceRequest): AudioSource {
      onOpened?.(request);
      throw new Error('not opened in this test');
    },
  } as unknown as SourceOpener;
  return new Broadcast(
    { clock: systemClock(), chance: systemChance(), logger: silentLogger(), sources },
    {
      ...{
        id,
        sources: ['sample'],
        title: id,
        owner: ours,
        audience: 'server',
        sharedWith: () => sharedWith,
      },
      ...{ startedAtMs: 0, subscribersMax: 8, patient: false, loop: false, shuffle: false },
      ...{ openTimeoutMs: 100, idleTimeoutMs: 100, stallTimeoutMs: 100, returnAfterMs: 100 },
      ...{ onFrame: () => {}, onOver: () => {} },
    },
  );
}

function underTest() {
  const own = new OwnBroadcasts({ standings: homeEverywhere });
  const sharedWith = ['south'];
  const player = broadcastOf('player', sharedWith);
  const shareWith = (...peerIds: string[]) => {
    sharedWith.splice(0, sharedWith.length, ...peerIds);
    player.narrow();
  };
  own.addPlayer(player);
  const idsFor = (listener: Listener) =>
    own
      .catalogueFor(listener)
      .list()
      .map(({ id }) => id);
  return { own, player, shareWith, idsFor };
}

test('a community of the list hears it, another community and another server don’t know of it', () => {
  const { own, idsFor } = underTest();
  expect(idsFor({ peerId: 'south' })).toEqual(['player']);
  expect(idsFor({ guildId: ours })).toEqual(['player']);
  for (const listener of [{ peerId: 'west' }, { guildId: annex }]) {
    expect(idsFor(listener)).toEqual([]);
    const attempt = (id: string) => () => own.catalogueFor(listener).subscribe(id, new RecordingSink());
    expect(attempt('player')).toThrow(/“player” isn’t playing/);
    expect(attempt('nothing')).toThrow(/“nothing” isn’t playing/);
  }
});

test('who leaves the list gets the end with its reason; those that stay, and home, hear on', () => {
  const { own, player, shareWith, idsFor } = underTest();
  shareWith('south', 'west');
  const listeners: Listener[] = [{ peerId: 'south' }, { peerId: 'west' }, { guildId: ours }];
  const sinks = listeners.map((listener) => {
    const sink = new RecordingSink();
    own.catalogueFor(listener).subscribe('player', sink);
    return sink;
  });
  expect(player.peersHearing).toEqual(['south', 'west']);
  shareWith('west');
  expect(player.peersHearing).toEqual(['west']);
  expect(sinks.map(({ ends }) => ends)).toEqual([['narrowed'], [], []]);
  expect(idsFor({ peerId: 'south' })).toEqual([]);
  shareWith();
  expect(sinks.map(({ ends }) => ends)).toEqual([['narrowed'], ['narrowed'], []]);
});

test('a player is among no broadcasts that people list, count, end or change', () => {
  const { own, player } = underTest();
  expect([own.size, own.all(), own.heardBy({ guildId: ours }), own.has('player')]).toEqual([0, [], [], true]);
  expect(() => own.ofGuild(ours, 'player')).toThrow(/“player” isn’t playing/);
  own.remove(player);
  expect(own.has('player')).toBe(false);
});

test('its sources are opened as for neighbours while it is shared, and nobody else learns with whom', async () => {
  const asked: string[] = [];
  const opened = broadcastOf('player', ['south'], ({ audience }) => asked.push(audience));
  await opened.start(AbortSignal.timeout(5_000)).catch(() => {});
  const alone = broadcastOf('alone', [], ({ audience }) => asked.push(audience));
  await alone.start(AbortSignal.timeout(5_000)).catch(() => {});
  expect(new Set(asked)).toEqual(new Set(['neighbours', 'server']));
  expect(JSON.stringify(opened.view())).not.toContain('south');
});
