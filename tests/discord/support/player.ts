import type { z } from 'zod';
import {
  type Played,
  type PlayerView,
  type playerPlay,
  type QueueItemView,
  queuePageSize,
  undoMs,
} from '#contracts/actions/player.ts';
import type { playerShareList } from '#contracts/actions/player-sharing.ts';
import { channels, home } from './seed.ts';

type Community = z.output<typeof playerShareList.output>['communities'][number];

/** A picture of one pixel. */
const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

export const eveningSong: QueueItemView = {
  ...{ id: 'item-0', title: 'Evening Song', artist: 'North Choir', album: 'Live at the Hall' },
  ...{ durationMs: 245_000, coverId: 'c1', addedBy: '100000000000000004', addedByName: 'member' },
};

/** A small player: a queue in memory, of which nothing is heard. It tells of changes. */
export class PlayerFake {
  /** The first one plays. */
  items: QueueItemView[] = [];
  over: Partial<PlayerView> = {};
  nowMs = () => Date.now();
  /** What `/play` leads to instead. */
  played: ((input: z.output<typeof playerPlay.input>) => Played | undefined) | undefined;
  communities: Community[] = [
    {
      peerId: '12D3KooWSouth',
      name: 'South',
      trusted: true,
      shared: false,
      words: 'one two three four five six',
    },
    { peerId: '12D3KooWEast', name: 'East', trusted: false, shared: false, words: 'ape bat cat dog eel fox' },
  ];
  readonly #listeners = new Set<(guildId: string) => void>();
  #before: QueueItemView[] | undefined;
  #count = 0;

  readonly onChange = (listener: (guildId: string) => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  changed(): void {
    for (const listener of this.#listeners) listener(home);
  }

  view(): PlayerView {
    const [item, next] = this.items;
    return {
      ...{ guildId: home, playerId: 'p1', channelId: channels.lounge, channelName: 'Lounge' },
      ...{ state: item ? 'playing' : 'empty', positionMs: item ? 83_000 : 0 },
      ...(item ? { item } : {}),
      ...(next ? { next } : {}),
      ...{ queuedCount: Math.max(0, this.items.length - 1), loop: 'off', volumePercent: 100 },
      ...{ votes: {}, listenersHere: 5, sharedWith: this.#sharedWith() },
      ...this.over,
    };
  }

  #sharedWith(): PlayerView['sharedWith'] {
    return this.communities
      .filter(({ shared }) => shared)
      .map(({ peerId, name }) => ({ peerId, name, listening: true }));
  }

  add(title: string, addedBy = eveningSong.addedBy, addedByName = 'member'): QueueItemView {
    this.#count += 1;
    const item = { ...eveningSong, id: `item-${this.#count}`, title, addedBy, addedByName };
    this.items.push(item);
    return item;
  }

  /** Keeps what was there, for Undo. */
  change(what: 'clear' | 'shuffle', items: QueueItemView[]): void {
    this.#before = this.items;
    this.items = items;
    this.over = { ...this.over, undo: { id: 'u1', what, untilMs: this.nowMs() + undoMs } };
  }

  undo(): void {
    if (this.#before) this.items = this.#before;
    const { undo: _, ...over } = this.over;
    this.over = over;
  }

  page(asked: number, userId: string) {
    const queued = this.items.slice(1);
    const pageCount = Math.max(1, Math.ceil(queued.length / queuePageSize));
    const page = Math.min(asked, pageCount - 1);
    const shown = queued.slice(page * queuePageSize, (page + 1) * queuePageSize);
    return {
      player: this.view(),
      items: shown.map((item) => ({ ...item, mine: item.addedBy === userId })),
      page,
      pageCount,
      durationMs: queued.reduce((sum, { durationMs = 0 }) => sum + durationMs, 0),
      unknownCount: queued.filter(({ durationMs }) => durationMs === undefined).length,
    };
  }
}

/** Answers of the player's actions; `who` gives the asker of the call. */
export function playerAnswers(
  player: PlayerFake,
  who: () => string,
): Record<string, (input: never) => unknown> {
  const deed = (outcome: 'done' | 'voted' = 'done') => {
    player.changed();
    return { outcome, player: player.view() };
  };
  return {
    'player.play': (input: z.output<typeof playerPlay.input>) => play(player, input, who()),
    'player.status': () => (player.items.length > 0 || player.over.state ? { player: player.view() } : {}),
    'player.queue': ({ page }: { page: number }) => player.page(page, who()),
    'player.skip': () => {
      player.items.shift();
      return deed();
    },
    'player.stop': () => {
      player.over = { ...player.over, state: 'stopped' };
      return deed();
    },
    'player.pause': () => {
      player.over = { ...player.over, state: 'paused' };
      return deed();
    },
    'player.resume': () => {
      const { state: _, ...over } = player.over;
      player.over = over;
      return deed();
    },
    'player.clear': ({ whose }: { whose: 'mine' | 'all' }) => {
      const kept = (item: QueueItemView, index: number) =>
        index === 0 || (whose === 'mine' && item.addedBy !== who());
      player.change('clear', player.items.filter(kept));
      return deed();
    },
    'player.seek': () => deed(),
    'player.move': ({ itemId, beforeId }: { itemId: string; beforeId?: string }) => {
      const moved = player.items.filter(({ id }) => id === itemId);
      const others = player.items.filter(({ id }) => id !== itemId);
      const at = beforeId === undefined ? others.length : others.findIndex(({ id }) => id === beforeId);
      player.items = others.toSpliced(at, 0, ...moved);
      return deed();
    },
    'player.remove': ({ itemId }: { itemId: string }) => {
      player.items = player.items.filter(({ id }) => id !== itemId);
      return deed();
    },
    'player.shuffle': () => {
      const [first, ...others] = player.items;
      player.change('shuffle', [...(first ? [first] : []), ...others.reverse()]);
      return deed();
    },
    'player.undo': () => {
      player.undo();
      return deed();
    },
    'player.configure': ({ guildId: _, resting, ...given }: { guildId: string; resting?: string }) => {
      player.over = { ...player.over, ...given, ...(resting ? { resting } : {}) };
      return deed();
    },
    'player.favourite': ({ keep }: { keep: boolean }) => ({ title: 'Evening Song', kept: keep }),
    'player.suggest': ({ search }: { search: string }) => ({
      suggestions: ['Evening Song', 'Second Song']
        .filter((name) => name.toLowerCase().includes(search.toLowerCase()))
        .map((name) => ({ name: `${name} · North Choir`, value: name })),
    }),
    'player.cover': () => ({ picture: { mediaType: 'image/png', bytes: new Uint8Array(pixel) } }),
    'player.share-list': () => ({ nodeRuns: true, communities: player.communities }),
    'player.share': ({ peerIds }: { peerIds: string[] }) => share(player, peerIds),
    'player.unshare': ({ peerIds }: { peerIds: string[] }) => {
      player.communities = player.communities.map((each) =>
        peerIds.includes(each.peerId) ? { ...each, shared: false } : each,
      );
      player.changed();
      return { player: player.view() };
    },
  };
}

function play(player: PlayerFake, input: z.output<typeof playerPlay.input>, userId: string): Played {
  const instead = player.played?.(input);
  if (instead) return instead;
  const titles = [...input.files.map(({ name }) => name), ...(input.what === '' ? [] : [input.what])];
  if (titles.length === 0) return { outcome: 'resumed', player: player.view() };
  const position = player.items.length;
  const items = titles.map((title) => player.add(title, userId));
  player.changed();
  return { outcome: 'queued', items, position, player: player.view() };
}

function share(player: PlayerFake, peerIds: readonly string[]) {
  const picked = ({ peerId }: Community) => peerIds.includes(peerId);
  const trusted = player.communities.filter((each) => picked(each) && !each.trusted).map(({ name }) => name);
  player.communities = player.communities.map((each) =>
    picked(each) ? { ...each, shared: true, trusted: true } : each,
  );
  player.changed();
  return { player: player.view(), nodeStarted: false, trusted };
}
