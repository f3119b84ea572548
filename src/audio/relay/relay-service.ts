import { type AnyAction, implement } from '#contracts/action.ts';
import {
  type RelayMode,
  type RelayView,
  relayConfigure,
  relayNext,
  relayStart,
  relayStatus,
  relayStop,
  relayVolume,
} from '#contracts/actions/relay.ts';
import { type Actor, actorKey } from '#contracts/actor.ts';
import type { AuditTrail } from '#contracts/audit.ts';
import type { Announcer, ChannelStatusBoard, VoicePresence } from '#contracts/discord.ts';
import { type GuildStandings, isServed } from '#contracts/guild-standing.ts';
import type { IntentStore } from '#contracts/intents.ts';
import { withDeadline } from '#core/deadline.ts';
import { type GuildmeshError, isGuildmeshError } from '#core/errors.ts';
import { turns } from '#core/turns.ts';
import type { Programmes } from '../broadcast/programmes.ts';
import { audioErrors, shown } from '../errors.ts';
import { boundToKey, streamKeyOf, withName } from '../reference.ts';
import type { SourceSwitch } from '../source/contract.ts';
import type { LibraryFolders } from '../source/library-folders.ts';
import { Attendance } from './attendance.ts';
import { type BringUpComponents, type BroughtUp, bringUp } from './bring-up.ts';
import { usableChannel } from './channel-check.ts';
import { endRow } from './end-row.ts';
import { relayErrors } from './errors.ts';
import { findBroadcast, nameOf } from './find-broadcast.ts';
import { findReference } from './find-reference.ts';
import { GuildSettings } from './guild-settings.ts';
import { RelayHindrances } from './hindrances.ts';
import { KeptRelay, type RelayEnd, type RelayHost } from './kept-relay.ts';
import { NowPlaying } from './now-playing.ts';
import { PacketRate } from './packet-rate.ts';
import { intentOf, relayView, titleHeard, type WantedRelay, wantedRelayOf } from './relay.ts';
import { RelayNews } from './relay-news.ts';
import { requireNothingRuns, runningAs } from './running.ts';
import { examineList, sourcesOf } from './source-list.ts';
import { StreamPool } from './stream-pool.ts';

/** A person is waiting. */
const startTimeoutMs = 30_000;
/** No user is waiting, and join requests are rate-limited when there are hundreds. */
const reviveTimeoutMs = 600_000;

export interface RelayServiceComponents extends Omit<BringUpComponents, 'streams'> {
  announcer: Announcer;
  intents: IntentStore;
  presence: VoicePresence;
  audit: AuditTrail;
  board: ChannelStatusBoard;
  programmes: Programmes;
  library: LibraryFolders;
  standings: Pick<GuildStandings, 'of'>;
}

export interface RelayServiceInit {
  relaysMax: number;
}

interface StartInput {
  guildId: string;
  channelId: string;
  broadcast: string;
  fallbacks: readonly string[];
  mode: RelayMode;
  replace: boolean;
}

/** Broadcasts in channels: started by people, restored after every loss, ended by people, kicks and endings. */
export class RelayService {
  readonly actions: readonly AnyAction[];
  readonly #components: BringUpComponents & RelayServiceComponents;
  readonly #init: RelayServiceInit;
  readonly #settings: GuildSettings;
  readonly #host: RelayHost;
  /** By channel. */
  readonly #relays = new Map<string, KeptRelay>();
  /** The channel being joined, by guild. */
  readonly #starting = new Map<string, string>();
  /** Starts and stops of a guild run one after another. */
  readonly #inTurn = turns();
  readonly #rates = new WeakMap<KeptRelay, PacketRate>();
  readonly #news: RelayNews;
  readonly #nowPlaying: NowPlaying;
  #unsubscribe: (() => void)[] = [];

  constructor(components: RelayServiceComponents, init: RelayServiceInit) {
    const streams = new StreamPool(components, {
      onOver: (key, reason) => {
        for (const relay of this.#playingStream(key)) relay.streamOver(reason);
      },
      onSwitch: (key, event) => {
        for (const relay of this.#playingStream(key)) this.#news.switched(relay, event);
      },
    });
    this.#components = { ...components, streams };
    this.#init = init;
    this.#settings = new GuildSettings(components);
    this.#news = new RelayNews(components);
    this.#nowPlaying = new NowPlaying({ ...components, playing: () => this.#playing() });
    this.#host = {
      bringUp: (relay, signal) => this.#bringUp(relay, reviveTimeoutMs, signal),
      inTurn: this.#inTurn,
      over: (relay, end, error) => this.#over(relay, end, error),
      moved: (relay, channelId) => this.#moved(relay, channelId),
      announce: (relay, error) => this.#news.tell(relay, `${error.message} ${error.next}`),
    };
    this.actions = [
      implement(relayStart, async (context, input) => {
        for (const relay of this.#inGuild(input.guildId)) relay.interrupt();
        return this.#inTurn(input.guildId, () => this.#start(context.actor, input, context.signal));
      }),
      implement(relayStop, async (_context, input) => this.#stop(input.guildId, input.channelId)),
      implement(relayNext, async (context, input) => this.#next(input, context.signal)),
      implement(relayStatus, async (_context, input) => ({
        relays: this.#inGuild(input.guildId).map((relay) => this.#view(relay)),
      })),
      implement(relayConfigure, async (context, { guildId, onMove, leaveAfterMs }) =>
        this.#settings.change(context.actor, {
          guildId,
          ...(onMove && { onMove }),
          ...(leaveAfterMs !== undefined && { leaveAfterMs }),
        }),
      ),
      implement(relayVolume, async (context, { guildId, percent }) => {
        const settings = await this.#settings.change(context.actor, { guildId, volumePercent: percent });
        for (const { playing } of this.#inGuild(guildId)) playing?.session.setVolume(percent);
        return settings;
      }),
    ];
  }

  /** Restarts, in the background, what played when the process ended. */
  async restore(): Promise<void> {
    const { communities, presence } = this.#components;
    await this.#settings.load();
    this.#nowPlaying.start();
    this.#unsubscribe = [
      communities.onConnected((peerId) => {
        this.#components.streams.retryNow(peerId);
        for (const relay of this.#relays.values()) relay.retryNow();
      }),
      communities.onForgotten((peerId) => {
        for (const relay of this.#relays.values())
          if (relay.playing?.lease.stream.peerId === peerId) this.#over(relay, 'revoked');
      }),
      presence.onChange((guildId) => this.#peopleChanged(guildId)),
    ];
    await this.resume();
  }

  /** Restarts every relay that people want, that isn't running, and whose guild is served. */
  async resume(): Promise<void> {
    const { communities, intents, standings } = this.#components;
    for (const intent of await intents.list('relay')) {
      const wanted = wantedRelayOf(intent);
      if (!wanted || this.#relays.has(wanted.channelId) || this.#relays.size >= this.#init.relaysMax)
        continue;
      if (!isServed(standings, wanted.guildId)) continue;
      // Older versions stored the name of a community: from now on it is the key that the name means today.
      const bind = (name: string) => boundToKey(communities, name);
      const { fallbacks, reference } = wanted;
      const relay = this.#newRelay({ ...wanted, reference: bind(reference), fallbacks: fallbacks.map(bind) });
      this.#relays.set(wanted.channelId, relay);
      relay.revive();
    }
  }

  /** Another source of our broadcast is heard, or it ends: then relays that wait for it get the reason, too. */
  broadcastNews(broadcastId: string, news: SourceSwitch | GuildmeshError): void {
    const key = streamKeyOf({ broadcastId, community: undefined });
    const playing = new Set(this.#playingStream(key));
    for (const relay of this.#relays.values())
      if (isGuildmeshError(news)) {
        if (playing.has(relay) || relay.wanted.reference === key) this.#news.failed(relay, news);
      } else if (playing.has(relay)) this.#news.switched(relay, news);
  }

  /** A broadcast of ours is for fewer guilds than before: in the others it is over, whether it plays or waits. */
  broadcastNarrowed(broadcastId: string): void {
    for (const relay of this.#relays.values()) {
      const { fallbacks, guildId, reference } = relay.wanted;
      if (reference !== broadcastId || fallbacks.length > 0) continue;
      const mayHear = this.#components.ownFor(guildId).list();
      if (!mayHear.some(({ id }) => id === broadcastId)) this.#over(relay, 'narrowed');
    }
  }

  /** The guild is no longer served: its channels are left and told the reason; people's wish for its relays stays. */
  async endIn(guildId: string): Promise<void> {
    for (const relay of this.#inGuild(guildId)) relay.interrupt();
    await this.#inTurn(guildId, async () => {
      for (const relay of this.#inGuild(guildId)) {
        await this.#nowPlaying.clear(relay.wanted.channelId);
        await this.#remove(relay);
        this.#news.ended(relay, 'not-home', relayErrors.RELAY_NOT_HOME());
      }
    });
  }

  /** Leaves every channel but keeps the wishes: they are back at the next start. */
  async stop(): Promise<void> {
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe();
    // While it is still in the channels: from outside this needs a stronger permission.
    await this.#nowPlaying.stop();
    await Promise.all([...this.#relays.values()].map((relay) => this.#remove(relay)));
  }

  async #start(actor: Actor, input: StartInput, signal: AbortSignal): Promise<RelayView> {
    const { clock, communities, guilds, intents } = this.#components;
    const { relaysMax } = this.#init;
    const { guildId, channelId, mode } = input;
    const target = await findReference(this.#components, { guildId, reference: input.broadcast }, signal);
    const reference = streamKeyOf(target);
    const bound = input.fallbacks.map((name) => boundToKey(communities, name));
    const sources = sourcesOf(reference, bound);
    const fallbacks = sources.slice(1);
    const same = runningAs(this.#inGuild(guildId), { channelId, reference, fallbacks, mode });
    if (same) return this.#view(same);
    usableChannel(guilds, guildId, channelId);
    // Voice has one channel per guild: a start elsewhere in the guild moves the bot.
    const before = this.#inGuild(guildId);
    if (!input.replace) requireNothingRuns(guilds, before);
    if (this.#relays.size - before.length >= relaysMax) throw relayErrors.RELAY_TOO_MANY({ relaysMax });

    const named =
      fallbacks.length > 0
        ? await examineList(this.#components, { guildId, reference, sources }, signal)
        : { title: '', community: '' };
    const relay = this.#newRelay({
      ...{ ...named, guildId, channelId, reference, fallbacks, mode },
      ...{ startedAtMs: clock.nowMs(), wantedBy: actorKey(actor) },
    });
    if (relay.idle) {
      if (fallbacks.length === 0) {
        const info = await findBroadcast(this.#components, guildId, target, signal);
        relay.wanted = { ...relay.wanted, title: nameOf(info), community: target.community?.name ?? '' };
      }
      for (const old of before) await this.#forget(old);
      this.#relays.set(channelId, relay);
    } else {
      this.#starting.set(guildId, channelId);
      const brought = await this.#bringUp(relay, startTimeoutMs, signal).finally(() =>
        this.#starting.delete(guildId),
      );
      // The new session took over the guild's voice connection: leaving the old one would end it.
      for (const old of before) await this.#forget(old, { leave: false });
      this.#relays.set(channelId, relay);
      relay.adopt(brought);
    }
    await intents.put(intentOf(relay));
    return this.#view(relay);
  }

  async #stop(guildId: string, channelId: string | undefined): Promise<RelayView> {
    const relay = this.#inGuild(guildId).find(
      ({ wanted }) => channelId === undefined || wanted.channelId === channelId,
    );
    if (!relay) {
      // A relay that somebody else is starting is stopped once it runs.
      if (this.#starting.has(guildId)) return this.#inTurn(guildId, () => this.#stop(guildId, channelId));
      throw relayErrors.RELAY_NOT_RUNNING();
    }
    const view = this.#view(relay);
    // Immediately, so that a running attempt doesn't delay its own end.
    relay.ending.abort(relayErrors.RELAY_STOPPED());
    await this.#nowPlaying.clear(relay.wanted.channelId);
    await this.#inTurn(guildId, () => this.#forget(relay));
    return view;
  }

  /** Throws RELAY_NOT_RUNNING, RELAY_LIST_SHARED, AUDIO_SINGLE_SOURCE, AUDIO_NO_NEXT_SOURCE. */
  async #next(
    { guildId, channelId }: { guildId: string; channelId: string },
    signal: AbortSignal,
  ): Promise<RelayView> {
    const relay = this.#inGuild(guildId).find(({ wanted }) => wanted.channelId === channelId);
    const stream = relay?.playing?.lease.stream;
    if (!relay || !stream) throw relayErrors.RELAY_NOT_RUNNING();
    if (!stream.next) throw audioErrors.AUDIO_SINGLE_SOURCE({ broadcast: shown(relay.wanted.title) });
    // One list is played once for all that relay it, so this guild may not choose what others hear.
    const elsewhere = this.#playingStream(stream.key).filter(({ wanted }) => wanted.guildId !== guildId);
    if (elsewhere.length > 0) throw relayErrors.RELAY_LIST_SHARED({ guilds: elsewhere.length });
    await stream.next(signal);
    return this.#view(relay);
  }

  #newRelay(wanted: WantedRelay): KeptRelay {
    const { clock, presence } = this.#components;
    const { guildId, channelId, mode } = wanted;
    const attendance =
      mode === 'auto'
        ? new Attendance({ clock }, presence.listenerCount(guildId, channelId), (playing) => {
            if (playing) relay.revive();
            else relay.suspend();
          })
        : undefined;
    const hindrances = new RelayHindrances(this.#components);
    const relay: KeptRelay = new KeptRelay(
      { ...this.#components, hindrances, attendance },
      this.#host,
      wanted,
    );
    return relay;
  }

  #peopleChanged(guildId: string): void {
    const { leaveAfterMs } = this.#settings.of(guildId);
    for (const relay of this.#inGuild(guildId)) {
      relay.people(this.#components.presence.listenerCount(guildId, relay.wanted.channelId), leaveAfterMs);
      // A participant who left may have made room.
      relay.retryNow();
    }
  }

  #moved(relay: KeptRelay, channelId: string): void {
    // It was replaced by a start of ours, not ended by people.
    if (this.#starting.get(relay.wanted.guildId) === channelId) return;
    const { intents } = this.#components;
    const before = relay.wanted.channelId;
    this.#relays.delete(before);
    relay.wanted = { ...relay.wanted, channelId };
    this.#relays.set(channelId, relay);
    const moved = intents.put(intentOf(relay)).then(() => intents.remove('relay', before));
    this.#settle(moved, 'intent of a moved relay not written');
    this.#peopleChanged(relay.wanted.guildId);
  }

  #over(relay: KeptRelay, end: RelayEnd, error?: GuildmeshError): void {
    if (relay.ending.signal.aborted) return;
    relay.ending.abort(relayErrors.RELAY_STOPPED());
    this.#settle(this.#forget(relay), 'relay not ended cleanly');
    this.#news.ended(relay, end, error);
    if (end !== 'kicked' && end !== 'channel-gone') return;
    const { audit, clock } = this.#components;
    const row = endRow(relay.wanted, end, { error, atMs: clock.nowMs() });
    this.#settle(audit.record(row), 'audit row of an ended relay not written');
  }

  async #bringUp(relay: KeptRelay, timeoutMs: number, signal: AbortSignal): Promise<BroughtUp> {
    const settings = this.#settings.of(relay.wanted.guildId);
    const brought = await withDeadline(
      this.#components.clock,
      timeoutMs,
      AbortSignal.any([signal, relay.ending.signal]),
      (inTime) => bringUp(this.#components, { ...settings, ...relay.wanted }, inTime),
      { late: () => relayErrors.RELAY_TIMEOUT({ timeoutMs }) },
    );
    const { volumePercent } = this.#settings.of(relay.wanted.guildId);
    if (volumePercent !== settings.volumePercent) brought.session.setVolume(volumePercent);
    return brought;
  }

  /** Ends it permanently: nobody wants it any more. */
  async #forget(relay: KeptRelay, init = { leave: true }): Promise<void> {
    await this.#remove(relay, init);
    await this.#components.intents.remove('relay', relay.wanted.channelId);
  }

  async #remove(relay: KeptRelay, init = { leave: true }): Promise<void> {
    if (this.#relays.get(relay.wanted.channelId) === relay) this.#relays.delete(relay.wanted.channelId);
    await relay.end(init);
  }

  #inGuild(guildId: string): KeptRelay[] {
    return [...this.#relays.values()].filter((relay) => relay.wanted.guildId === guildId);
  }

  #playingStream(key: string): KeptRelay[] {
    return [...this.#relays.values()].filter(({ playing }) => playing?.lease.stream.key === key);
  }

  #playing(): ReadonlyMap<string, { guildId: string; title: string }> {
    const relays = [...this.#relays.values()].filter(({ playing }) => playing !== undefined);
    return new Map(
      relays.map((relay) => [
        relay.wanted.channelId,
        { guildId: relay.wanted.guildId, title: `🔊 ${titleHeard(relay)}` },
      ]),
    );
  }

  #view(relay: KeptRelay): RelayView {
    const { clock, communities, guilds } = this.#components;
    const { volumePercent } = this.#settings.of(relay.wanted.guildId);
    const named = (source: string) => withName(communities, source);
    const view = { ...relayView(guilds, relay, clock.nowMs(), named), volumePercent };
    const rate = this.#rates.get(relay) ?? new PacketRate();
    this.#rates.set(relay, rate);
    const packetsPerSecond = rate.read(view.framesPlayed, clock.monotonicMs());
    return packetsPerSecond === undefined ? view : { ...view, packetsPerSecond };
  }

  #settle(work: Promise<unknown>, complaint: string): void {
    void work.catch((err: unknown) => this.#components.logger.warn({ err }, complaint));
  }
}
