import { type AnyAction, implement } from '#contracts/action.ts';
import {
  type RelayMode,
  type RelaySettings,
  type RelayView,
  relayChime,
  relayConfigure,
  relayNext,
  relaySettings,
  relayStart,
  relayStatus,
  relayStop,
  relayVolume,
} from '#contracts/actions/relay.ts';
import { type Actor, actorKey } from '#contracts/actor.ts';
import type { AuditTrail } from '#contracts/audit.ts';
import type { Announcer, ChannelStatusBoard, VoicePresence } from '#contracts/discord.ts';
import type { GuildDecision, GuildSettingsKeeper } from '#contracts/guild-settings.ts';
import { type GuildStandings, isServed } from '#contracts/guild-standing.ts';
import type { IntentStore } from '#contracts/intents.ts';
import { type GuildmeshError, isGuildmeshError } from '#core/errors.ts';
import { turns } from '#core/turns.ts';
import type { Programmes } from '../broadcast/programmes.ts';
import { audioErrors, shown } from '../errors.ts';
import { type BroadcastTarget, boundToKey, streamKeyOf } from '../reference.ts';
import type { SourceSwitch } from '../source/contract.ts';
import type { LibraryFolders } from '../source/library-folders.ts';
import type { BringUpComponents } from './bring-up.ts';
import { usableChannel } from './channel-check.ts';
import { Chime } from './chime.ts';
import { relayErrors } from './errors.ts';
import { findBroadcast, nameOf } from './find-broadcast.ts';
import { findReference } from './find-reference.ts';
import { KeptRelays } from './kept-relays.ts';
import { NowPlaying } from './now-playing.ts';
import { type WantedRelay, wantedRelayOf } from './relay.ts';
import { RelayLooks, statusLines } from './relay-looks.ts';
import type { RelayEnd } from './relay-machine-model.ts';
import { RelayNews } from './relay-news.ts';
import { requireNothingRuns, runningAs } from './running.ts';
import type { GoneRelay, RunningRelay } from './running-relay.ts';
import { examineList, sourcesOf } from './source-list.ts';
import { StreamPool } from './stream-pool.ts';

export interface RelayServiceComponents extends Omit<BringUpComponents, 'streams'> {
  announcer: Announcer;
  intents: IntentStore;
  presence: VoicePresence;
  audit: AuditTrail;
  board: ChannelStatusBoard;
  programmes: Programmes;
  library: LibraryFolders;
  standings: Pick<GuildStandings, 'of'>;
  settings: GuildSettingsKeeper;
}

export interface RelayServiceInit {
  relaysMax: number;
}

export interface StartInput {
  guildId: string;
  channelId: string;
  broadcast: string;
  fallbacks: readonly string[];
  mode: RelayMode;
  /** `own`: only what the same actor has started. */
  replace: boolean | 'own';
}

/** Broadcasts in channels: started by people, restored after every loss, ended by people, kicks and endings. */
export class RelayService {
  readonly actions: readonly AnyAction[];
  readonly #components: BringUpComponents & RelayServiceComponents;
  readonly #init: RelayServiceInit;
  readonly #relays: KeptRelays;
  /** Starts and stops of a guild run one after another. */
  readonly #inTurn = turns();
  readonly #looks: RelayLooks;
  readonly #news: RelayNews;
  readonly #nowPlaying: NowPlaying;
  readonly #chime: Chime;
  readonly #onGone = new Set<(gone: GoneRelay) => void>();
  #unsubscribe: (() => void)[] = [];

  constructor(components: RelayServiceComponents, init: RelayServiceInit) {
    const streams = new StreamPool(components, {
      onSwitch: (key, event) => {
        for (const relay of this.#relays.playingStream(key)) this.#news.switched(relay, event);
      },
    });
    this.#components = { ...components, streams };
    this.#init = init;
    this.#news = new RelayNews(components);
    this.#nowPlaying = new NowPlaying({ ...components, playing: () => statusLines(this.#relays) });
    this.#chime = new Chime(components);
    const shared = { news: this.#news, inTurn: this.#inTurn };
    this.#looks = new RelayLooks({ ...components, ...shared });
    const onGone = ({ guildId, channelId, reference }: WantedRelay, end: RelayEnd | undefined) => {
      for (const listener of this.#onGone) listener({ guildId, channelId, reference, end });
    };
    this.#relays = new KeptRelays({ ...this.#components, ...shared, onGone });
    this.actions = [
      implement(relayStart, ({ actor, signal }, input) => this.begin(actor, input, signal)),
      implement(relayStop, (_context, input) => this.end(input.guildId, input.channelId)),
      implement(relayNext, async (context, input) => this.#next(input, context.signal)),
      implement(relayStatus, async (_context, input) => ({
        relays: this.#relays.inGuild(input.guildId).map((relay) => this.#looks.view(relay)),
        lastEnded: this.#news.lastEnded.of(input.guildId),
        lastHeard: this.#chime.lastHeard(input.guildId),
      })),
      implement(relayChime, (context, { guildId, channelId }) =>
        this.#inTurn(guildId, () => {
          const [relay] = this.#relays.inGuild(guildId);
          if (relay) throw relayErrors.RELAY_CHIME_BUSY({ channelId: relay.wanted.channelId });
          return this.#chime.play(guildId, channelId, context.signal);
        }),
      ),
      implement(relayConfigure, async ({ actor }, { guildId, onMove, leaveAfterMs }) =>
        this.#change(actor, guildId, { onMove, leaveAfterMs }),
      ),
      implement(relayVolume, async ({ actor }, { guildId, percent }) =>
        this.#change(actor, guildId, { volumePercent: percent }),
      ),
    ];
  }

  /** What plays in a guild, and what is to play there again; not what a person has just ended. */
  runningIn(guildId: string): RunningRelay[] {
    const running = this.#relays.inGuild(guildId).filter(({ stopping }) => !stopping);
    return running.map((relay) => {
      const { reference, wantedBy } = relay.wanted;
      return { view: this.#looks.view(relay), reference, wantedBy };
    });
  }

  /** Returns the unsubscriber. */
  onGone(listener: (gone: GoneRelay) => void): () => void {
    this.#onGone.add(listener);
    return () => this.#onGone.delete(listener);
  }

  /** For somebody who may: see `relay.start`. */
  async begin(actor: Actor, input: StartInput, signal: AbortSignal): Promise<RelayView> {
    for (const relay of this.#relays.inGuild(input.guildId)) relay.interrupt();
    this.#news.lastEnded.begun(input.guildId);
    return this.#inTurn(input.guildId, () => this.#start(actor, input, signal));
  }

  /** For somebody who may. Throws RELAY_NOT_RUNNING. */
  async end(guildId: string, channelId: string | undefined): Promise<RelayView> {
    const meant = this.#relays
      .inGuild(guildId)
      .filter(({ wanted }) => channelId === undefined || wanted.channelId === channelId);
    const relay = meant.find(({ stopping }) => !stopping) ?? meant[0];
    if (!relay) {
      // A relay that somebody else is starting is stopped once it runs.
      if (this.#relays.isStarting(guildId)) return this.#inTurn(guildId, () => this.end(guildId, channelId));
      throw relayErrors.RELAY_NOT_RUNNING();
    }
    const view = this.#looks.view(relay);
    // Immediately, so that a running attempt doesn't delay its own end.
    relay.stop();
    await this.#nowPlaying.clear(relay.wanted.channelId);
    await this.#inTurn(guildId, () => relay.end({ leave: true, wish: 'forget' }));
    return view;
  }

  /** Restarts, in the background, what played when the process ended. */
  async restore(): Promise<void> {
    const { communities, presence, settings } = this.#components;
    this.#nowPlaying.start();
    this.#unsubscribe = [
      settings.onChange((guildId) => {
        const { volumePercent } = settings.of(guildId);
        for (const relay of this.#relays.inGuild(guildId)) relay.setVolume(volumePercent);
      }),
      communities.onConnected((peerId) => {
        this.#components.streams.retryNow(peerId);
        for (const relay of this.#relays) relay.retryNow();
      }),
      communities.onForgotten((peerId) => {
        for (const relay of this.#relays)
          if (relay.playing?.lease.stream.peerId === peerId) relay.withdraw('revoked');
      }),
      presence.onChange((guildId) => {
        for (const relay of this.#relays.inGuild(guildId)) {
          relay.countPeople();
          // A participant who left may have made room.
          relay.retryNow();
        }
      }),
    ];
    await this.resume();
  }

  /** Restarts every relay that people want, that isn't running, and whose guild is served. */
  async resume(): Promise<void> {
    const { communities, intents, standings } = this.#components;
    for (const intent of await intents.list('relay')) {
      const wanted = wantedRelayOf(intent);
      if (
        !wanted ||
        [...this.#relays].some((relay) => relay.wanted.channelId === wanted.channelId) ||
        this.#relays.size >= this.#init.relaysMax
      )
        continue;
      if (!isServed(standings, wanted.guildId)) continue;
      // Older versions stored the name of a community: from now on it is the key that the name means today.
      const bind = (name: string) => boundToKey(communities, name);
      const { fallbacks, reference } = wanted;
      this.#relays.takeUp({ ...wanted, reference: bind(reference), fallbacks: fallbacks.map(bind) });
    }
  }

  /**
   * A broadcast of ours continues with another of its sources, or ends with a reason: then relays that wait for it get
   * that, too.
   */
  broadcastNews(broadcastId: string, news: SourceSwitch | GuildmeshError): void {
    const key = streamKeyOf({ broadcastId, community: undefined });
    const playing = new Set(this.#relays.playingStream(key));
    for (const relay of this.#relays)
      if (isGuildmeshError(news)) {
        if (playing.has(relay) || relay.wanted.reference === key) this.#news.failed(relay, news);
      } else if (playing.has(relay)) this.#news.switched(relay, news);
  }

  /** A broadcast of ours is for fewer guilds than before: in the others it is over, whether it plays or waits. */
  broadcastNarrowed(broadcastId: string): void {
    for (const relay of this.#relays) {
      const { fallbacks, guildId, reference } = relay.wanted;
      if (reference !== broadcastId || fallbacks.length > 0) continue;
      const mayHear = this.#components.ownFor(guildId).list();
      if (!mayHear.some(({ id }) => id === broadcastId)) relay.withdraw('narrowed');
    }
  }

  /** The guild is no longer served: its channels are left and told the reason; people's wish for its relays stays. */
  async endIn(guildId: string): Promise<void> {
    for (const relay of this.#relays.inGuild(guildId)) relay.interrupt();
    await this.#inTurn(guildId, async () => {
      for (const relay of this.#relays.inGuild(guildId)) {
        await this.#nowPlaying.clear(relay.wanted.channelId);
        const { stopping } = relay;
        await relay.end({ leave: true, wish: 'keep' });
        // What a person has ended is not to go on automatically later.
        if (!stopping) this.#news.ended(relay, 'not-home', relayErrors.RELAY_NOT_HOME());
      }
    });
  }

  /** Leaves every channel but keeps the wishes: they are back at the next start. */
  async stop(): Promise<void> {
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe();
    // While it is still in the channels: from outside this needs a stronger permission.
    await this.#nowPlaying.stop();
    await Promise.all([...this.#relays].map((relay) => relay.end({ leave: true, wish: 'keep' })));
  }

  async #change(actor: Actor, guildId: string, decision: GuildDecision): Promise<RelaySettings> {
    return relaySettings.parse(await this.#components.settings.change(guildId, decision, actor));
  }

  async #start(actor: Actor, input: StartInput, signal: AbortSignal): Promise<RelayView> {
    const { clock, communities, guilds, standings } = this.#components;
    const { relaysMax } = this.#init;
    const { guildId, channelId, mode } = input;
    // What was asked for while it was home may come to its turn later: `endIn` has been through then.
    if (!isServed(standings, guildId)) throw relayErrors.RELAY_NOT_HOME();
    const target = await findReference(this.#components, { guildId, reference: input.broadcast }, signal);
    const reference = streamKeyOf(target);
    const bound = input.fallbacks.map((name) => boundToKey(communities, name));
    const sources = sourcesOf(reference, bound);
    const fallbacks = sources.slice(1);
    const same = runningAs(this.#relays.inGuild(guildId), { channelId, reference, fallbacks, mode });
    if (same) return this.#looks.view(same);
    usableChannel(guilds, guildId, channelId);
    // Voice has one channel per guild: a start elsewhere in the guild moves the bot.
    const before = this.#relays.inGuild(guildId);
    const spared = before.filter(
      ({ wanted }) => input.replace !== 'own' || wanted.wantedBy !== actorKey(actor),
    );
    if (input.replace !== true) requireNothingRuns(guilds, spared);
    if (this.#relays.size - before.length >= relaysMax) throw relayErrors.RELAY_TOO_MANY({ relaysMax });

    const attended = this.#relays.attended(input);
    const names =
      fallbacks.length > 0
        ? await examineList(this.#components, { guildId, reference, sources }, signal)
        : attended
          ? { title: '', community: '' }
          : await this.#namesOf(guildId, target, signal);
    const wanted = {
      ...{ ...names, guildId, channelId, reference, fallbacks, mode },
      ...{ startedAtMs: clock.nowMs(), wantedBy: actorKey(actor) },
    };
    return this.#looks.view(await this.#relays.start(wanted, attended, signal));
  }

  /** The names of a relay that waits for people: as the broadcast is offered now. */
  async #namesOf(guildId: string, target: BroadcastTarget, signal: AbortSignal) {
    const info = await findBroadcast(this.#components, guildId, target, signal);
    return { title: nameOf(info), community: target.community?.name ?? '' };
  }

  /** Throws RELAY_NOT_RUNNING, RELAY_LIST_SHARED, AUDIO_SINGLE_SOURCE, AUDIO_NO_NEXT_SOURCE. */
  async #next(
    { guildId, channelId }: { guildId: string; channelId: string },
    signal: AbortSignal,
  ): Promise<RelayView> {
    const relay = this.#relays.inGuild(guildId).find(({ wanted }) => wanted.channelId === channelId);
    const stream = relay?.playing?.lease.stream;
    if (!relay || !stream) throw relayErrors.RELAY_NOT_RUNNING();
    if (!stream.next) throw audioErrors.AUDIO_SINGLE_SOURCE({ broadcast: shown(relay.wanted.title) });
    // One list is played once for all that relay it, so this guild may not choose what others hear.
    const elsewhere = this.#relays
      .playingStream(stream.key)
      .filter(({ wanted }) => wanted.guildId !== guildId);
    if (elsewhere.length > 0) throw relayErrors.RELAY_LIST_SHARED({ guilds: elsewhere.length });
    await stream.next(signal);
    return this.#looks.view(relay);
  }
}
