import { z } from 'zod';
import type { PlayerView } from '#contracts/actions/player.ts';
import type { RelayView } from '#contracts/actions/relay.ts';
import type { Actor, RoleDirectory } from '#contracts/actor.ts';
import type { Audience } from '#contracts/audio.ts';
import type { GuildDirectory, VoiceListener, VoicePresence } from '#contracts/discord.ts';
import type { Clock } from '#core/clock.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { playerKey } from '../relay/relay.ts';
import type { RelayService, StartInput } from '../relay/relay-service.ts';
import type { RunningRelay } from '../relay/running-relay.ts';
import { playerErrors } from './errors.ts';
import { playerViewOf } from './player-view.ts';
import type { LivePlayer, Players } from './players.ts';
import type { QueueItem } from './queue-model.ts';
import { type Asker, askerOf, type Situation } from './rules.ts';
import { noVotes } from './votes.ts';

const replacedRelay = z.object({ title: z.string(), channel: z.string() });

/** `replace`: `own` spares what a publisher has started. */
type RelayWish = Pick<StartInput, 'guildId' | 'channelId' | 'broadcast' | 'mode' | 'replace'>;

/** What a guild has decided, as far as the player asks. */
export interface PlayerSettings {
  whoAdds: 'everybody' | 'djs';
  votes: boolean;
  membersSeeLibrary: boolean;
  volumePercent: number;
}

export interface StageComponents {
  players: Players;
  relays: Pick<RelayService, 'runningIn' | 'begin' | 'end'>;
  guilds: Pick<GuildDirectory, 'voiceChannel' | 'voiceChannels' | 'mayJoin'>;
  presence: Pick<VoicePresence, 'listeners'>;
  roles: RoleDirectory;
  settings: (guildId: string) => PlayerSettings;
  sharedWith: (guildId: string) => PlayerView['sharedWith'];
  clock: Clock;
}

/** Where a guild's player is, who is there, and how it gets there. */
export class Stage {
  readonly #components: StageComponents;

  constructor(components: StageComponents) {
    this.#components = components;
  }

  async asker(actor: Actor): Promise<Asker> {
    return askerOf(actor, (await this.#components.roles.roleOf(actor)) ?? 'member');
  }

  settings(guildId: string): PlayerSettings {
    return this.#components.settings(guildId);
  }

  /** Once it is shared, nothing that was promised to fewer people may be queued. */
  audience(guildId: string): Audience {
    return this.#components.sharedWith(guildId).length > 0 ? 'neighbours' : 'server';
  }

  /** What plays in the guild's channel, the player or something else. */
  running(guildId: string): (RunningRelay & { isPlayers: boolean }) | undefined {
    const [relay] = this.#components.relays.runningIn(guildId);
    return relay && { ...relay, isPlayers: relay.wantedBy === playerKey };
  }

  relayOf({ player }: LivePlayer): RelayView | undefined {
    const running = this.running(player.guildId);
    return running?.reference === player.playerId ? running.view : undefined;
  }

  listeners(guildId: string, channelId: string | undefined): VoiceListener[] {
    return channelId === undefined ? [] : this.#components.presence.listeners(guildId, channelId);
  }

  /** The people who hear what the player has started. */
  situation(guildId: string): Situation {
    const running = this.running(guildId);
    if (!running?.isPlayers) return { channelName: '', listeners: [] };
    const { channelId, channelName } = running.view;
    return { channelName, listeners: this.listeners(guildId, channelId) };
  }

  view(live: LivePlayer): PlayerView {
    const { clock, sharedWith } = this.#components;
    const { guildId } = live.player;
    const relay = this.relayOf(live);
    return playerViewOf(live, {
      relay,
      listeners: this.listeners(guildId, relay?.channelId),
      volumePercent: this.settings(guildId).volumePercent,
      sharedWith: sharedWith(guildId),
      nowMs: clock.nowMs(),
    });
  }

  /** As in Discord: only where they could join themselves, or sit already, may people send the bot. */
  mayJoin({ actor, voiceChannelId }: Asker, guildId: string, channelId: string): boolean {
    const { guilds } = this.#components;
    if (actor.kind !== 'guild-member' || voiceChannelId === channelId) return true;
    // What doesn't exist, or isn't for the bot, is refused with its own reason when it is joined.
    const isSeen = guilds.voiceChannel(guildId, channelId)?.permissions.view;
    return !isSeen || guilds.mayJoin(guildId, channelId, actor);
  }

  /** Channels that the bot may speak in. */
  usableChannels(guildId: string): { id: string; name: string }[] {
    const channels = this.#components.guilds.voiceChannels(guildId);
    const usable = channels.filter(
      ({ kind, permissions: may }) => may.connect && (kind === 'stage' || may.speak),
    );
    return usable.map(({ id, name }) => ({ id, name }));
  }

  /** A neighbour's programme that the player has started, in place of its own sound. */
  neighboursIn(guildId: string): RunningRelay | undefined {
    const running = this.running(guildId);
    return running?.isPlayers && running.reference.includes('@') ? running : undefined;
  }

  /** Plays the player there; does nothing where it does so already. Throws why it can't. */
  async enter(
    live: LivePlayer,
    channelId: string,
    signal: AbortSignal,
    replace: RelayWish['replace'] = 'own',
  ): Promise<void> {
    const { players } = this.#components;
    const { guildId, playerId, resting } = live.player;
    const hadSound = live.sound !== undefined;
    players.startSound(live);
    // Nobody hears the beginning of a song while the channel is still being joined.
    if (live.sound) live.sound.waits = true;
    try {
      const mode = resting === undefined ? 'auto' : 'constant';
      await this.relay({ guildId, channelId, broadcast: playerId, mode, replace }, signal);
    } catch (error) {
      if (!hadSound) players.stopSound(live);
      throw error;
    } finally {
      if (live.sound) live.sound.waits = false;
    }
  }

  /** In place of what plays. Votes on that are over. Throws PLAYER_RELAY_HERE. */
  async relay(wish: RelayWish, signal: AbortSignal): Promise<RelayView> {
    const { players, relays } = this.#components;
    const { guildId } = wish;
    const before = this.running(guildId);
    const actor: Actor = { kind: 'system', reason: 'player', guildId };
    try {
      const view = await relays.begin(actor, { ...wish, fallbacks: [] }, signal);
      const isSame =
        before?.reference === this.running(guildId)?.reference && before?.view.channelId === view.channelId;
      if (!isSame) players.of(guildId)?.player.setVotes(noVotes);
      return view;
    } catch (error) {
      // A publisher was faster: this one was looked for while that one joined.
      if (!isGuildmeshError(error, 'RELAY_WOULD_REPLACE')) throw error;
      const { channel, title } = replacedRelay.parse(error.details);
      throw playerErrors.PLAYER_RELAY_HERE({ title, channel }, { cause: error });
    }
  }

  /** Ends what the player has started, if anything. */
  async leave(guildId: string): Promise<void> {
    const running = this.running(guildId);
    if (running?.isPlayers) await this.#components.relays.end(guildId, running.view.channelId);
  }

  /** Throws PLAYER_NONE. */
  requirePlayer(guildId: string): LivePlayer {
    const live = this.#components.players.of(guildId);
    if (!live) throw playerErrors.PLAYER_NONE();
    return live;
  }
}

/** Throws PLAYER_ITEM_GONE. */
export function requireItem(items: readonly QueueItem[], itemId: string): QueueItem {
  const item = items.find(({ id }) => id === itemId);
  if (!item) throw playerErrors.PLAYER_ITEM_GONE();
  return item;
}
