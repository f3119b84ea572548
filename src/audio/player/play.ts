import type { z } from 'zod';
import type { Played, playerPlay } from '#contracts/actions/player.ts';
import { queuedMax } from '#contracts/actions/player.ts';
import type { RelayView } from '#contracts/actions/relay.ts';
import { roleAtLeast } from '#contracts/actor.ts';
import type { Audience } from '#contracts/audio.ts';
import type { Clock } from '#core/clock.ts';
import { type GuildmeshError, isGuildmeshError } from '#core/errors.ts';
import type { turns } from '#core/turns.ts';
import { shown } from '../errors.ts';
import type { PlayableResolver, Playables } from '../media/contract.ts';
import type { NeighbourAnswer, NeighbourRequest } from '../neighbours/neighbours.ts';
import { cidIn } from '../source/artifact-source.ts';
import { liveChannelsOf } from '../source/source-name.ts';
import type { SourceOpener } from '../source/source-opener.ts';
import { playerErrors } from './errors.ts';
import { itemView } from './player-view.ts';
import type { LivePlayer, Players } from './players.ts';
import { added, emptyQueue, inPhase, placeOf, type Queue, type QueueItem, roomFor } from './queue-model.ts';
import { type Asker, isFree, requireFree, type Situation } from './rules.ts';
import type { Stage } from './stage.ts';

type Input = z.output<typeof playerPlay.input>;
/** Where it should play, and whether something else may end there. */
type Wish = Pick<Input, 'channelId' | 'guildId' | 'replace'>;

/** Finds what another community shares. */
export interface NeighbourFinder {
  knows(what: string): boolean;
  find(request: NeighbourRequest, signal: AbortSignal): Promise<NeighbourAnswer | undefined>;
}

export interface PlayComponents {
  players: Players;
  stage: Stage;
  resolver: PlayableResolver;
  neighbours: NeighbourFinder;
  sources: Pick<SourceOpener, 'examine'>;
  clock: Clock;
  /** Changes of one guild run one after another. */
  inTurn: ReturnType<typeof turns>;
}

/** Nothing here has that name. */
const unknownCodes: ReadonlySet<string> = new Set(['PLAYER_NOTHING_FOUND', 'AUDIO_SOURCE_UNKNOWN']);

/** What was found, and for whom. */
interface Found extends Playables {
  audience: Audience;
}

type Place = { channelId: string } | Extract<Played, { outcome: 'pick-channel' | 'confirm' }>;

/** What `/play` does: finds what was named and where it should play, and queues it there. */
export class Play {
  readonly #components: PlayComponents;

  constructor(components: PlayComponents) {
    this.#components = components;
  }

  async run(asker: Asker, input: Input, signal: AbortSignal): Promise<Played> {
    const { inTurn, stage } = this.#components;
    const { channelId, guildId } = input;
    const { whoAdds } = stage.settings(guildId);
    if (whoAdds === 'djs' && !asker.isDj) throw playerErrors.PLAYER_DJS_ADD();
    if (channelId !== undefined && !stage.mayJoin(asker, guildId, channelId))
      throw playerErrors.PLAYER_NOT_YOUR_CHANNEL();
    // Before files are kept and pages asked: where it should play may be for the asker to say.
    const place = this.#place(asker, input);
    if ('outcome' in place) return place;
    if (input.what === '' && input.files.length === 0)
      return inTurn(guildId, () => this.#resume(asker, input, signal));
    const found = await this.#find(asker, input, signal);
    if ('neighbour' in found)
      return { outcome: 'neighbour', neighbour: found.neighbour, channelId: place.channelId };
    if ('broadcast' in found)
      return inTurn(guildId, () => this.#relay(asker, input, found.broadcast, signal));
    try {
      return await inTurn(guildId, () => this.#queue(asker, input, found, signal));
    } catch (error) {
      await found.discard?.(found.items.map(({ source }) => source));
      throw error;
    }
  }

  /** How many files may be kept: as many as could be queued now. Throws why that is none. */
  #filesMax(asker: Asker, { guildId, when }: Input): number {
    const { players, stage } = this.#components;
    const live = players.of(guildId);
    const behind = stage.neighboursIn(guildId);
    if (when !== 'last' && (behind || live?.player.queue.current))
      requireFree(asker, stage.situation(guildId));
    if (!behind) players.requireRoom(live);
    return roomOf(asker, live?.player.queue ?? emptyQueue).count;
  }

  /** Throws PLAYER_RELAY_HERE, PLAYER_NOT_YOUR_CHANNEL, PLAYER_MOVE_DJS, PLAYER_NO_CHANNEL. */
  #place(asker: Asker, wish: Wish): Place {
    const { channelId: named, guildId } = wish;
    const running = this.#components.stage.running(guildId);
    if (running && !running.isPlayers) {
      const confirm = confirmOf(asker, wish, running.view);
      if (confirm) return confirm;
    }
    const here = running?.isPlayers ? running.view : undefined;
    if (here && this.#isForOthers(asker, here)) {
      if (named === undefined || named === here.channelId) return { channelId: here.channelId };
      if (!asker.isDj) throw playerErrors.PLAYER_MOVE_DJS({ channel: here.channelName });
      return { channelId: named };
    }
    const channelId = named ?? asker.voiceChannelId ?? this.#reachable(asker, here);
    return channelId === undefined ? this.#anyChannel(asker, guildId) : { channelId };
  }

  /** Where it is, though nobody listens there; not a channel that is closed to the asker. */
  #reachable(asker: Asker, here: RelayView | undefined): string | undefined {
    if (!here || !this.#components.stage.mayJoin(asker, here.guildId, here.channelId)) return undefined;
    return here.channelId;
  }

  /** It plays something, and not only for the asker. */
  #isForOthers({ userId: own }: Asker, { broadcast, channelId, guildId }: RelayView): boolean {
    const { players, stage } = this.#components;
    const { queue, resting } = players.of(guildId)?.player ?? {};
    const plays = broadcast.includes('@') || queue?.current !== undefined || resting !== undefined;
    return plays && stage.listeners(guildId, channelId).some(({ userId }) => userId !== own);
  }

  #anyChannel(asker: Asker, guildId: string): Place {
    const { stage } = this.#components;
    const usable = stage.usableChannels(guildId);
    if (usable.length === 0) throw playerErrors.PLAYER_NO_CHANNEL();
    // The names of others aren't for them to see.
    const channels = usable.filter(({ id }) => stage.mayJoin(asker, guildId, id));
    const [only] = channels;
    if (!only) throw playerErrors.PLAYER_NOT_YOUR_CHANNEL();
    return channels.length === 1 ? { channelId: only.id } : { outcome: 'pick-channel', channels };
  }

  /** Its own place again: while things were looked for, the channel may have changed hands. */
  #channel(asker: Asker, wish: Wish): { channelId: string } {
    const place = this.#place(asker, wish);
    if (!('outcome' in place)) return place;
    if (place.outcome === 'pick-channel') throw playerErrors.PLAYER_WHERE();
    const { channelName: channel, title } = place.relay;
    throw playerErrors.PLAYER_RELAY_HERE({ title: shown(title), channel });
  }

  async #find(asker: Asker, input: Input, signal: AbortSignal): Promise<NeighbourAnswer | Found> {
    const { neighbours } = this.#components;
    const { allow, files, waitMs, what } = input;
    const mayAllow = roleAtLeast(asker.role, 'manager');
    const ask = () => neighbours.find({ what, actor: asker.actor, mayAllow, allow, waitMs }, signal);
    if (files.length === 0 && neighbours.knows(what)) {
      const answer = await ask();
      if (answer) return answer;
    }
    try {
      return await this.#resolve(asker, input, signal);
    } catch (error) {
      if (files.length > 0 || !isGuildmeshError(error) || !unknownCodes.has(error.code)) throw error;
      // What has several words, is an address, or is close to a title, isn't the name of a community still to be found.
      const isTitle = 'suggestion' in error.details || (/[\s:/]/.test(what) && !what.includes('@'));
      const answer = isTitle ? undefined : await ask();
      if (!answer) throw error;
      return answer;
    }
  }

  async #resolve(asker: Asker, input: Input, signal: AbortSignal): Promise<Found> {
    const { files, guildId, what } = input;
    const { resolver, stage } = this.#components;
    const { membersSeeLibrary } = stage.settings(guildId);
    const { role, userId } = asker;
    const audience = stage.audience(guildId);
    const itemsMax = files.length > 0 ? this.#filesMax(asker, input) : queuedMax;
    const found = await resolver.resolve(
      { what, files, audience, itemsMax },
      { guildId, userId, role, membersSeeLibrary },
      signal,
    );
    if (liveChannelsOf(found.items.map(({ source }) => source)).length > 0)
      throw playerErrors.PLAYER_LIVE_CHANNEL();
    return { ...found, audience };
  }

  async #resume(asker: Asker, input: Input, signal: AbortSignal): Promise<Played> {
    const { players, stage } = this.#components;
    const live = players.of(input.guildId);
    if (!live?.player.queue.current || live.player.queue.phase === 'going')
      throw playerErrors.PLAYER_NOTHING_NAMED();
    await this.#goOn(asker, live, input, signal);
    return { outcome: 'resumed', player: stage.view(live) };
  }

  /** Throws PLAYER_NOT_HERE, PLAYER_DJS_ONLY. */
  async #goOn(asker: Asker, live: LivePlayer, wish: Wish, signal: AbortSignal): Promise<void> {
    const { stage } = this.#components;
    const { guildId } = wish;
    const isOwn = live.player.queue.current?.addedBy === asker.userId;
    // A neighbour's programme would end, which is nobody's own.
    requireFree(asker, stage.situation(guildId), isOwn && !stage.neighboursIn(guildId));
    const { channelId } = this.#channel(asker, wish);
    await stage.enter(live, channelId, signal, replaceOf(asker, wish));
    await live.player.change(inPhase(live.player.queue, 'going'));
  }

  /** Goes on with what was paused or stopped. Throws PLAYER_NOTHING_PLAYS, PLAYER_NOT_HERE, PLAYER_DJS_ONLY. */
  async resume(asker: Asker, guildId: string, signal: AbortSignal): Promise<void> {
    const live = this.#components.players.of(guildId);
    if (!live?.player.queue.current) throw playerErrors.PLAYER_NOTHING_PLAYS();
    await this.#goOn(asker, live, { guildId, replace: false }, signal);
  }

  /** What was queued behind a neighbour's programme, which is over, in the same channel. */
  async follow(live: LivePlayer, channelId: string, signal: AbortSignal): Promise<void> {
    const { stage } = this.#components;
    const { player } = live;
    if (player.queue.phase !== 'stopped' || !player.queue.current || stage.running(player.guildId)) return;
    await stage.enter(live, channelId, signal);
    await player.change(inPhase(player.queue, 'going'));
  }

  async #queue(asker: Asker, input: Input, found: Found, signal: AbortSignal): Promise<Played> {
    const { players, stage } = this.#components;
    const { guildId, when } = input;
    const { channelId } = this.#channel(asker, input);
    const live = players.ensure(guildId);
    const situation = stage.situation(guildId);
    const behind = isFree(asker, situation) ? undefined : stage.neighboursIn(guildId);
    if (when !== 'last' && (behind || live.player.queue.current)) requireFree(asker, situation);
    const { items, leftOut } = this.#fitting(asker, live, found);
    await this.#requireForAll(guildId, found);
    const waits = behind !== undefined || staysPaused(asker, live, situation);
    if (!waits) await stage.enter(live, channelId, signal, replaceOf(asker, input));
    const next = added(live.player.queue, items, when);
    await live.player.change(waits ? next : inPhase(next, 'going'));
    if (behind) await live.player.waitBehind(behind.reference);
    await found.discard?.(found.items.slice(items.length).map(({ source }) => source));
    const position = placeOf(live.player.queue, items[0]?.id ?? '');
    return {
      outcome: 'queued',
      items: items.map((item) => itemView(item)),
      position: Math.max(0, position),
      ...(leftOut !== undefined && { leftOut }),
      ...(behind && { behind: { title: behind.view.title, channelId: behind.view.channelId } }),
      player: stage.view(live),
    };
  }

  /** It may be shared since this was found, and is not shared while the guild's turn lasts. Throws AUDIO_RECORDING_PROMISED. */
  async #requireForAll(guildId: string, { audience, items }: Found): Promise<void> {
    const { sources, stage } = this.#components;
    const now = stage.audience(guildId);
    if (now === audience) return;
    const kept = items.map(({ source }) => source).filter((source) => cidIn(source) !== undefined);
    await sources.examine(kept, guildId, now);
  }

  /** Throws PLAYER_QUEUE_FULL, PLAYER_QUEUE_FULL_PERSON. */
  #fitting(asker: Asker, { player }: LivePlayer, { items, leftOut }: Playables) {
    const { players } = this.#components;
    const { name, userId } = asker;
    const { count, full } = roomOf(asker, player.queue);
    const fitting = items.slice(0, count).map(
      ({ facts, source }): QueueItem => ({
        id: players.newId(),
        source,
        facts,
        addedBy: userId,
        addedByName: name,
      }),
    );
    const cut = items.length > count ? `${count} of ${items.length} fit: ${full.message}` : undefined;
    return { items: fitting, leftOut: [leftOut, cut].filter(Boolean).join(' ') || undefined };
  }

  /** A neighbour's programme, in place of what the player plays; its queue is kept. */
  async #relay(asker: Asker, input: Input, broadcast: string, signal: AbortSignal): Promise<Played> {
    const { players, stage } = this.#components;
    const { guildId } = input;
    const { channelId } = this.#channel(asker, input);
    if (stage.running(guildId)?.isPlayers) requireFree(asker, stage.situation(guildId));
    const live = players.of(guildId);
    const waits = live?.player.behind !== undefined;
    const wish = { guildId, channelId, broadcast, mode: 'auto', replace: replaceOf(asker, input) } as const;
    const relay = await stage.relay(wish, signal);
    if (live) {
      await live.player.change(inPhase(live.player.queue, 'stopped'));
      players.stopSound(live);
      if (waits) await live.player.waitBehind(stage.neighboursIn(guildId)?.reference);
    }
    return { outcome: 'relayed', relay };
  }
}

/** Something that a publisher started: undefined once a publisher has confirmed its end. Throws PLAYER_RELAY_HERE. */
function confirmOf({ role }: Asker, { replace }: Wish, relay: RelayView): Place | undefined {
  const { title, channelName: channel } = relay;
  if (!roleAtLeast(role, 'publisher')) throw playerErrors.PLAYER_RELAY_HERE({ title: shown(title), channel });
  return replace ? undefined : { outcome: 'confirm', relay };
}

/** How many items fit, and what is said of those that don't. Throws that where none does. */
function roomOf({ isDj, userId }: Asker, queue: Queue): { count: number; full: GuildmeshError } {
  const { count, of } = roomFor(queue, userId, isDj);
  const full = of === 'person' ? playerErrors.PLAYER_QUEUE_FULL_PERSON() : playerErrors.PLAYER_QUEUE_FULL();
  if (count === 0) throw full;
  return { count, full };
}

/** Anything, for a publisher who has confirmed it. */
function replaceOf({ role }: Asker, { replace }: Wish): true | 'own' {
  return replace && roleAtLeast(role, 'publisher') ? true : 'own';
}

/** Adding is everybody's; that what somebody has paused goes on is not. */
function staysPaused(asker: Asker, { player: { queue } }: LivePlayer, situation: Situation): boolean {
  const { current, phase } = queue;
  return (
    phase === 'paused' && current !== undefined && !isFree(asker, situation, current.addedBy === asker.userId)
  );
}
