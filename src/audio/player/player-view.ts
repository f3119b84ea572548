import type { PlayerView, QueueItemView } from '#contracts/actions/player.ts';
import { votedDeeds } from '#contracts/actions/player.ts';
import type { RelayView } from '#contracts/actions/relay.ts';
import type { VoiceListener } from '#contracts/discord.ts';
import { type Problem, problemOf } from '#core/errors.ts';
import { relayErrors } from '../relay/errors.ts';
import { knownFacts } from '../source/known-facts.ts';
import type { LivePlayer } from './players.ts';
import { type QueueItem, undoAt } from './queue-model.ts';
import { countOf } from './votes.ts';

export interface ViewFacts {
  /** The relay that plays it. */
  relay: RelayView | undefined;
  listeners: readonly VoiceListener[];
  volumePercent: number;
  sharedWith: PlayerView['sharedWith'];
  nowMs: number;
}

export function playerViewOf(live: LivePlayer, facts: ViewFacts): PlayerView {
  const { player, sound } = live;
  const { queue } = player;
  const { relay, listeners, nowMs, ...rest } = facts;
  const [next] = queue.upcoming;
  const undo = undoAt(queue, nowMs);
  const problem = whyUnheard(live, relay);
  return {
    ...{ guildId: player.guildId, playerId: player.playerId, ...rest, loop: queue.loop },
    ...(relay && { channelId: relay.channelId, channelName: relay.channelName }),
    state: stateOf(live, relay),
    ...(queue.current && { item: itemView(queue.current) }),
    positionMs: positionOf(live),
    ...(next && { next: itemView(next) }),
    queuedCount: queue.upcoming.length,
    ...(player.resting !== undefined && { resting: player.resting }),
    ...(sound?.playingTitle && { playingTitle: sound.playingTitle }),
    votes: votesOf(live, listeners),
    listenersHere: listeners.length,
    ...(problem && { problem }),
    ...(undo && { undo: { id: undo.id, what: undo.what, untilMs: undo.untilMs } }),
  };
}

export function itemView({ addedBy, addedByName, facts, id }: QueueItem, problem?: Problem): QueueItemView {
  return { ...{ id, addedBy, addedByName }, ...knownFacts(facts), ...(problem && { problem }) };
}

function positionOf({ player: { queue }, sound }: LivePlayer): number {
  const heard = sound?.heard;
  return heard?.turn === queue.turn ? heard.positionMs : queue.positionMs;
}

function stateOf({ player, sound }: LivePlayer, relay: RelayView | undefined): PlayerView['state'] {
  const { current, phase } = player.queue;
  if (phase === 'paused') return 'paused';
  if (phase === 'stopped' || !sound) return 'stopped';
  const { state } = sound;
  if (state !== 'held') return state;
  if (!current) return player.resting === undefined ? 'empty' : 'resting';
  return relay?.state === 'idle' ? 'waiting' : 'opening';
}

function votesOf({ player }: LivePlayer, listeners: readonly VoiceListener[]): PlayerView['votes'] {
  const counts = votedDeeds.map((deed) => [deed, countOf(player.votes, deed, listeners)] as const);
  return Object.fromEntries(counts.filter(([, { have }]) => have > 0));
}

/** What keeps it from being heard; else the item that couldn't be. */
function whyUnheard({ player }: LivePlayer, relay: RelayView | undefined): Problem | undefined {
  if (player.problem) return player.problem;
  if (relay?.problem) return relay.problem;
  const channel = relay?.channelName ?? '';
  const hindrance =
    (relay?.state === 'muted' && relayErrors.RELAY_MUTED({ channel })) ||
    (relay?.state === 'suppressed' && relayErrors.RELAY_SUPPRESSED({ channel })) ||
    undefined;
  if (hindrance) return problemOf(hindrance);
  return player.queue.failed?.problem;
}
