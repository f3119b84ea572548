import { type AnyAction, implement } from '#contracts/action.ts';
import {
  type PlayerView,
  playerClear,
  playerConfigure,
  playerFavourite,
  playerMove,
  playerPause,
  playerPlay,
  playerQueue,
  playerRemove,
  playerResume,
  playerSeek,
  playerShuffle,
  playerSkip,
  playerStatus,
  playerStop,
  playerUndo,
  queuePageSize,
} from '#contracts/actions/player.ts';
import type { Actor } from '#contracts/actor.ts';
import type { VoicePresence } from '#contracts/discord.ts';
import { inBackground } from '#core/background.ts';
import type { Clock, Timer } from '#core/clock.ts';
import type { Logger } from '#core/logger.ts';
import { turns } from '#core/turns.ts';
import type { RelayService } from '../relay/relay-service.ts';
import type { PlayerStore } from '../tables/player-store.ts';
import { Configure, type ConfigureComponents } from './configure.ts';
import { Deeds } from './deeds.ts';
import { Endings } from './endings.ts';
import { Play, type PlayComponents } from './play.ts';
import type { PlayerChanges } from './player-changes.ts';
import { itemView } from './player-view.ts';
import { type LivePlayer, Players, type PlayersComponents } from './players.ts';
import { allOf } from './queue-model.ts';
import type { Asker } from './rules.ts';
import { Stage, type StageComponents } from './stage.ts';

/** Paused, or with nobody there, for so long: it leaves, and its place is kept. */
export const leaveAfterMs = 15 * 60_000;

export interface PlayerServiceComponents
  extends PlayersComponents,
    Omit<StageComponents, 'players' | 'relays'>,
    Pick<PlayComponents, 'resolver' | 'neighbours' | 'sources'>,
    Pick<ConfigureComponents, 'setVolume'> {
  relays: RelayService;
  presence: VoicePresence;
  guilds: PlayersComponents['guilds'] & StageComponents['guilds'];
  store: PlayerStore;
  changes: PlayerChanges;
  /** Calls back after a guild has decided something else; returns the unsubscriber. */
  onSettings: (listener: (guildId: string) => void) => () => void;
  clock: Clock;
  logger: Logger;
}

type Outcome = 'done' | 'voted';

/** The players of this hub's guilds: their actions, and what happens to them. */
export class PlayerService {
  readonly actions: readonly AnyAction[];
  readonly changes: PlayerChanges;
  readonly #components: PlayerServiceComponents;
  readonly #players: Players;
  readonly #stage: Stage;
  readonly #play: Play;
  readonly #deeds: Deeds;
  readonly #configure: Configure;
  readonly #endings: Endings;
  /** Changes of one guild run one after another. */
  readonly inTurn = turns();
  readonly #leaving = new Map<string, Timer>();
  #unsubscribe: (() => void)[] = [];

  constructor(components: PlayerServiceComponents, init: { playersMax: number }) {
    this.#components = components;
    const { changes } = components;
    this.changes = changes;
    const players = new Players(components, init);
    const stage = new Stage({ ...components, players });
    const parts = { ...components, players, stage, inTurn: this.inTurn };
    this.#players = players;
    this.#stage = stage;
    this.#play = new Play(parts);
    this.#deeds = new Deeds(parts);
    this.#configure = new Configure(parts);
    const quietly = (guildId: string, run: () => Promise<void>) => this.#quietly(guildId, run);
    this.#endings = new Endings({ ...parts, play: this.#play, quietly });
    this.actions = [...this.#reads(), ...this.#deedsOnItems(), ...this.#deedsOnAll()];
  }

  /** Undefined: nothing was played there yet. */
  view(guildId: string): PlayerView | undefined {
    const live = this.#players.of(guildId);
    return live && this.#stage.view(live);
  }

  /** The same, for what needs no music yet. */
  ensured(guildId: string): PlayerView {
    return this.#stage.view(this.#players.ensure(guildId));
  }

  /** All that the player of a guild would play, its resting programme included. */
  sourcesOf(guildId: string): string[] {
    const player = this.#players.of(guildId)?.player;
    if (!player) return [];
    const { resting } = player;
    return [...allOf(player.queue).map(({ source }) => source), ...(resting === undefined ? [] : [resting])];
  }

  /** Pictures of other guilds are not for this one, even for somebody who knows their content id. */
  showsCover(guildId: string, coverId: string): boolean {
    const queue = this.#players.of(guildId)?.player.queue;
    return queue !== undefined && allOf(queue).some(({ facts }) => facts.coverId === coverId);
  }

  /** Players as they were when the process ended; to be called before relays are restored. */
  async restore(): Promise<void> {
    await this.#players.restore();
  }

  /** To be called once relays are restored: a player whose relay nobody wants any more is stopped. */
  async follow(): Promise<void> {
    const { changes, presence, relays } = this.#components;
    this.#unsubscribe = [
      relays.onGone((gone) => this.#endings.gone(gone)),
      presence.onChange((guildId) => this.#recount(guildId)),
      this.#components.onSettings((guildId) => this.#recount(guildId)),
      changes.onChange((guildId) => this.#watch(guildId)),
    ];
    for (const live of this.#players.all()) {
      if (live.waitedBehind) await this.#endings.waitsAgain(live);
      else if (live.sound && !this.#stage.relayOf(live)) await this.#endings.stopped(live);
      this.#watch(live.player.guildId);
    }
  }

  /** The guild is no longer served; its player is back when it is served again. */
  async endIn(guildId: string): Promise<void> {
    const live = this.#players.of(guildId);
    if (!live) return;
    this.#players.stopSound(live, 'unserved');
    await live.player.keep();
  }

  async stop(): Promise<void> {
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe();
    for (const timer of this.#leaving.values()) timer.cancel();
    this.#leaving.clear();
    await this.#players.stop();
  }

  #reads(): AnyAction[] {
    return [
      implement(playerStatus, async (_context, { guildId }) => {
        const player = this.view(guildId);
        return player ? { player } : {};
      }),
      implement(playerQueue, async ({ actor }, { guildId, page: asked }) => {
        const live = this.#players.of(guildId);
        const { userId } = await this.#stage.asker(actor);
        const items = live?.player.queue.upcoming ?? [];
        const pageCount = Math.max(1, Math.ceil(items.length / queuePageSize));
        const page = Math.min(asked, pageCount - 1);
        const shown = items.slice(page * queuePageSize, (page + 1) * queuePageSize);
        const lengths = (live ? allOf(live.player.queue) : []).map(({ facts }) => facts.durationMs);
        return {
          ...(live && { player: this.#stage.view(live) }),
          ...{
            items: shown.map((item) => ({ ...itemView(item), mine: item.addedBy === userId })),
            page,
            pageCount,
          },
          durationMs: lengths.reduce<number>((sum, lengthMs = 0) => sum + lengthMs, 0),
          unknownCount: lengths.filter((lengthMs) => lengthMs === undefined).length,
        };
      }),
    ];
  }

  #deedsOnItems(): AnyAction[] {
    const deeds = this.#deeds;
    return [
      implement(playerPlay, async ({ actor, signal }, input) =>
        this.#play.run(await this.#stage.asker(actor), input, signal),
      ),
      implement(playerSkip, ({ actor }, { guildId, itemId }) =>
        this.#done(actor, guildId, (asker, live) => deeds.skip(asker, live, itemId)),
      ),
      implement(playerSeek, ({ actor }, { atMs, guildId, itemId }) =>
        this.#done(actor, guildId, (asker, live) => deeds.seek(asker, live, itemId, atMs)),
      ),
      implement(playerMove, ({ actor }, { beforeId, guildId, itemId }) =>
        this.#done(actor, guildId, (asker, live) => deeds.move(asker, live, itemId, beforeId)),
      ),
      implement(playerRemove, ({ actor }, { guildId, itemId }) =>
        this.#done(actor, guildId, (asker, live) => deeds.remove(asker, live, itemId)),
      ),
      implement(playerFavourite, async ({ actor }, input) =>
        this.#configure.favourite(
          await this.#stage.asker(actor),
          this.#stage.requirePlayer(input.guildId),
          input,
        ),
      ),
    ];
  }

  #deedsOnAll(): AnyAction[] {
    const deeds = this.#deeds;
    return [
      implement(playerStop, ({ actor }, { guildId }) => {
        // A neighbour's programme may play where the server's own player never did.
        this.#players.ensure(guildId);
        return this.#done(actor, guildId, (asker, live) => deeds.stop(asker, live));
      }),
      implement(playerPause, ({ actor }, { guildId }) =>
        this.#done(actor, guildId, (asker, live) => deeds.pause(asker, live)),
      ),
      implement(playerResume, ({ actor, signal }, { guildId }) =>
        this.#done(actor, guildId, async (asker) => {
          await this.#play.resume(asker, guildId, signal);
          return 'done';
        }),
      ),
      implement(playerClear, ({ actor }, { guildId, whose }) =>
        this.#done(actor, guildId, (asker, live) => deeds.clear(asker, live, whose)),
      ),
      implement(playerShuffle, ({ actor }, { guildId }) =>
        this.#done(actor, guildId, (asker, live) => deeds.shuffle(asker, live)),
      ),
      implement(playerUndo, ({ actor }, { guildId, undoId }) =>
        this.#done(actor, guildId, (asker, live) => deeds.undo(asker, live, undoId)),
      ),
      implement(playerConfigure, ({ actor, signal }, input) => {
        this.#players.ensure(input.guildId);
        return this.#done(actor, input.guildId, async (asker, live) => {
          await this.#configure.run(asker, live, input, signal);
          return 'done';
        });
      }),
    ];
  }

  /** In the guild's turn. Throws PLAYER_NONE. */
  async #done(actor: Actor, guildId: string, run: (asker: Asker, live: LivePlayer) => Promise<Outcome>) {
    const asker = await this.#stage.asker(actor);
    return this.inTurn(guildId, async () => {
      const live = this.#stage.requirePlayer(guildId);
      const outcome = await run(asker, live);
      return { outcome, player: this.#stage.view(live) };
    });
  }

  #recount(guildId: string): void {
    const live = this.#players.of(guildId);
    if (!live) return;
    this.#deeds.dropVoid(live);
    this.#quietly(guildId, async () => {
      await this.#deeds.recount(live);
      this.#components.changes.changed(guildId);
    });
  }

  /** Starts or ends the wait after which an unused player leaves. */
  #watch(guildId: string): void {
    const live = this.#players.of(guildId);
    if (!live || !this.#isUnused(live)) {
      this.#leaving.get(guildId)?.cancel();
      this.#leaving.delete(guildId);
      return;
    }
    if (this.#leaving.has(guildId)) return;
    const leave = () => {
      this.#leaving.delete(guildId);
      this.#quietly(guildId, async () => {
        if (this.#isUnused(live)) await this.#deeds.leave(live);
      });
    };
    this.#leaving.set(guildId, this.#components.clock.after(leaveAfterMs, leave, { background: true }));
  }

  /** With a resting programme it stays for good, unless it is paused. */
  #isUnused(live: LivePlayer): boolean {
    const { player, sound } = live;
    const relay = this.#stage.relayOf(live);
    if (!sound || !relay) return false;
    if (player.queue.phase === 'paused') return true;
    if (player.resting !== undefined) return false;
    const isHeardElsewhere = sound.listenerCount > 1 || (relay.state === 'idle' && sound.listenerCount > 0);
    return this.#stage.listeners(player.guildId, relay.channelId).length === 0 && !isHeardElsewhere;
  }

  #quietly(guildId: string, run: () => Promise<void>): void {
    const complaint = 'a player did not follow what happened to it';
    void inBackground(this.#components.logger, 'error', this.inTurn(guildId, run), complaint, { guildId });
  }
}
