import { type AnyAction, implement } from '#contracts/action.ts';
import { type RelayView, relayStart, relayStatus, relayStop } from '#contracts/actions/relay.ts';
import { type Actor, actorKey } from '#contracts/actor.ts';
import type { Announcer } from '#contracts/discord.ts';
import type { IntentStore } from '#contracts/intents.ts';
import { backoffMs } from '#core/backoff.ts';
import { inert } from '#core/text/inert.ts';
import type { VoiceEndReason } from '../voice/contract.ts';
import { type BringUpComponents, bringUp } from './bring-up.ts';
import { usableChannel } from './channel-check.ts';
import { relayErrors } from './errors.ts';
import { resolveReference } from './reference.ts';
import { intentOf, newRelay, type Relay, relayView, wantedRelayOf } from './relay.ts';
import { isUnknownBroadcast, unknownGraceMs } from './shared-stream.ts';
import { StreamPool } from './stream-pool.ts';

/** After a start, the node, the other community and the gateway come one after another: ask often at first. */
const reviveBackoff = { baseMs: 250, ceilingMs: 4_000 };
const bringUpTimeoutMs = 30_000;

export interface RelayServiceComponents extends Omit<BringUpComponents, 'streams'> {
  announcer: Announcer;
  intents: IntentStore;
}

export interface RelayServiceInit {
  relaysMax: number;
}

/** Broadcasts in channels: started by people, kept up against every loss, ended by people, kicks and endings. */
export class RelayService {
  readonly actions: readonly AnyAction[];
  readonly #components: BringUpComponents & RelayServiceComponents;
  readonly #init: RelayServiceInit;
  /** By channel. */
  readonly #relays = new Map<string, Relay>();
  /** The channel being joined, by guild. */
  readonly #starting = new Map<string, string>();
  /** The last start or stop of each guild: they run one after another. */
  readonly #turns = new Map<string, Promise<unknown>>();
  #unsubscribe: (() => void)[] = [];
  /** Wakes relays that wait for their next attempt. */
  #connected = new EventTarget();

  constructor(components: RelayServiceComponents, init: RelayServiceInit) {
    const streams = new StreamPool(components, (key, reason) => this.#streamOver(key, reason));
    this.#components = { ...components, streams };
    this.#init = init;
    this.actions = [
      implement(relayStart, async (context, input) => {
        requireSameGuild(context.actor, input.guildId);
        return this.#inTurn(input.guildId, () => this.#start(context.actor, input, context.signal));
      }),
      implement(relayStop, async (context, input) => {
        requireSameGuild(context.actor, input.guildId);
        return this.#inTurn(input.guildId, () => this.#stop(input.guildId, input.channelId));
      }),
      implement(relayStatus, async (context, input) => {
        requireSameGuild(context.actor, input.guildId);
        const relays = [...this.#relays.values()].filter((relay) => relay.wanted.guildId === input.guildId);
        return { relays: relays.map((relay) => this.#view(relay)) };
      }),
    ];
  }

  /** Brings back, in the background, what played when the process ended. */
  async restore(): Promise<void> {
    const { communities, intents } = this.#components;
    this.#unsubscribe = [
      communities.onConnected((peerId) => {
        this.#components.streams.retryNow(peerId);
        this.#connected.dispatchEvent(new Event('connected'));
      }),
      communities.onForgotten((peerId) => {
        for (const relay of this.#relays.values()) {
          if (relay.playing?.lease.stream.target.community?.peerId === peerId) this.#endFor(relay, 'revoked');
        }
      }),
    ];
    for (const intent of await intents.list('relay')) {
      const wanted = wantedRelayOf(intent);
      if (!wanted || this.#relays.has(wanted.channelId) || this.#relays.size >= this.#init.relaysMax)
        continue;
      const relay = newRelay(wanted);
      this.#relays.set(wanted.channelId, relay);
      this.#revive(relay);
    }
  }

  /** Leaves every channel but keeps the wishes: they are back at the next start. */
  async stop(): Promise<void> {
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe();
    await Promise.all([...this.#relays.values()].map((relay) => this.#tearDown(relay)));
  }

  async #start(
    actor: Actor,
    input: { guildId: string; channelId: string; broadcast: string },
    signal: AbortSignal,
  ): Promise<RelayView> {
    const { clock, communities, guilds, intents } = this.#components;
    const { relaysMax } = this.#init;
    const { guildId, channelId, broadcast: reference } = input;
    resolveReference(communities, reference);
    usableChannel(guilds, guildId, channelId);
    // Voice knows one channel per guild: a start elsewhere in the guild moves.
    const before = [...this.#relays.values()].filter((relay) => relay.wanted.guildId === guildId);
    if (this.#relays.size - before.length >= relaysMax) throw relayErrors.RELAY_TOO_MANY({ relaysMax });

    const startedAtMs = clock.nowMs();
    const relay = newRelay({
      ...{ guildId, channelId, reference, startedAtMs },
      ...{ title: '', community: '', wantedBy: actorKey(actor) },
    });
    this.#starting.set(guildId, channelId);
    const brought = await this.#bringUp(relay, signal).finally(() => this.#starting.delete(guildId));
    for (const old of before) await this.#replace(old);
    this.#relays.set(channelId, relay);
    this.#adopt(relay, brought);
    await intents.put(intentOf(relay));
    return this.#view(relay);
  }

  async #stop(guildId: string, channelId: string | undefined): Promise<RelayView> {
    const relay = [...this.#relays.values()].find(
      ({ wanted }) =>
        wanted.guildId === guildId && (channelId === undefined || wanted.channelId === channelId),
    );
    if (!relay) throw relayErrors.RELAY_NOT_RUNNING();
    const view = this.#view(relay);
    await this.#end(relay);
    return view;
  }

  #adopt(relay: Relay, { lease, session, title, community }: Awaited<ReturnType<typeof bringUp>>): void {
    relay.playing = { lease, session };
    relay.wanted = { ...relay.wanted, title, community };
    session.onEnded((reason) => this.#voiceEnded(relay, reason));
    session.onMoved((channelId) => this.#moved(relay, channelId));
  }

  #voiceEnded(relay: Relay, { kind, error }: VoiceEndReason): void {
    if (relay.ending.signal.aborted) return;
    relay.playing?.lease.release();
    relay.playing = undefined;
    if (kind === 'failed') {
      this.#components.logger.warn(
        { err: error, channelId: relay.wanted.channelId },
        'voice lost, tried again',
      );
      this.#revive(relay);
      return;
    }
    this.#settle(this.#end(relay), 'relay not ended cleanly');
    this.#announce(relay, `${error.message} ${error.next}`);
  }

  #moved(relay: Relay, channelId: string): void {
    if (relay.ending.signal.aborted) return;
    // Not people but a start of ours: it replaces this relay.
    if (this.#starting.get(relay.wanted.guildId) === channelId) return;
    const { intents } = this.#components;
    const before = relay.wanted.channelId;
    this.#relays.delete(before);
    relay.wanted = { ...relay.wanted, channelId };
    this.#relays.set(channelId, relay);
    const moved = intents.put(intentOf(relay)).then(() => intents.remove('relay', before));
    this.#settle(moved, 'intent of a moved relay not written');
  }

  #streamOver(streamKey: string, reason: 'broadcast-ended' | 'revoked'): void {
    for (const relay of this.#relays.values()) {
      if (relay.playing?.lease.stream.key === streamKey) this.#endFor(relay, reason);
    }
  }

  #endFor(relay: Relay, reason: 'broadcast-ended' | 'revoked'): void {
    const title = inert(relay.wanted.title);
    const text =
      reason === 'broadcast-ended'
        ? `The broadcast “${title}” has ended.`
        : `The relay of “${title}” was stopped: trust between the communities was withdrawn.`;
    this.#settle(this.#end(relay), 'relay not ended cleanly');
    this.#announce(relay, text);
  }

  /** Tries until it plays or nobody wants it any more; woken early when a community connects. */
  #revive(relay: Relay): void {
    const { signal } = relay.ending;
    const attempts = async () => {
      for (let attempt = 0; !relay.playing; attempt++) {
        await this.#pause(backoffMs(this.#components.chance, reviveBackoff, attempt), signal);
        await this.#inTurn(relay.wanted.guildId, () => this.#reviveOnce(relay));
      }
    };
    void attempts().catch((err: unknown) => {
      if (!signal.aborted) this.#components.logger.error({ err }, 'a relay can’t be brought back');
    });
  }

  async #reviveOnce(relay: Relay): Promise<void> {
    const { clock, guilds, logger } = this.#components;
    relay.ending.signal.throwIfAborted();
    if (relay.playing || !guilds.connected()) return;
    try {
      this.#adopt(relay, await this.#bringUp(relay, relay.ending.signal));
      relay.unknownSinceMs = undefined;
    } catch (error) {
      relay.ending.signal.throwIfAborted();
      logger.debug({ err: error, channelId: relay.wanted.channelId }, 'relay not back yet');
      relay.unknownSinceMs = isUnknownBroadcast(error)
        ? (relay.unknownSinceMs ?? clock.monotonicMs())
        : undefined;
    }
    if (relay.unknownSinceMs !== undefined && clock.monotonicMs() - relay.unknownSinceMs > unknownGraceMs)
      this.#endFor(relay, 'broadcast-ended');
  }

  async #bringUp(relay: Relay, signal: AbortSignal): Promise<Awaited<ReturnType<typeof bringUp>>> {
    const late = new AbortController();
    const timer = this.#components.clock.after(bringUpTimeoutMs, () =>
      late.abort(relayErrors.RELAY_TIMEOUT({ timeoutMs: bringUpTimeoutMs })),
    );
    try {
      const any = AbortSignal.any([signal, relay.ending.signal, late.signal]);
      return await bringUp(this.#components, relay.wanted, any);
    } finally {
      timer.cancel();
    }
  }

  async #pause(delayMs: number, signal: AbortSignal): Promise<void> {
    const wake = new AbortController();
    this.#connected.addEventListener('connected', () => wake.abort(), { once: true, signal: wake.signal });
    await this.#components.clock
      .sleep(delayMs, AbortSignal.any([signal, wake.signal]))
      .catch(() => signal.throwIfAborted())
      .finally(() => wake.abort());
  }

  async #end(relay: Relay): Promise<void> {
    const { channelId } = relay.wanted;
    await this.#tearDown(relay);
    await this.#components.intents.remove('relay', channelId);
  }

  async #replace(old: Relay): Promise<void> {
    // The new session took over the guild's voice connection: leaving the old one would end it.
    old.ending.abort(relayErrors.RELAY_STOPPED());
    this.#relays.delete(old.wanted.channelId);
    old.playing?.lease.release();
    await this.#components.intents.remove('relay', old.wanted.channelId);
  }

  async #tearDown(relay: Relay): Promise<void> {
    relay.ending.abort(relayErrors.RELAY_STOPPED());
    if (this.#relays.get(relay.wanted.channelId) === relay) this.#relays.delete(relay.wanted.channelId);
    relay.playing?.lease.release();
    await relay.playing?.session.leave();
  }

  #view(relay: Relay): RelayView {
    return relayView(this.#components.guilds, relay);
  }

  #announce(relay: Relay, text: string): void {
    this.#settle(this.#components.announcer.announce(relay.wanted.channelId, text), 'announcement failed');
  }

  #settle(work: Promise<unknown>, complaint: string): void {
    void work.catch((err: unknown) => this.#components.logger.warn({ err }, complaint));
  }

  #inTurn<T>(guildId: string, run: () => Promise<T>): Promise<T> {
    const result = (this.#turns.get(guildId) ?? Promise.resolve()).then(run);
    const settled = result.catch(() => {});
    this.#turns.set(guildId, settled);
    void settled.then(() => {
      if (this.#turns.get(guildId) === settled) this.#turns.delete(guildId);
    });
    return result;
  }
}

function requireSameGuild(actor: Actor, guildId: string): void {
  if (actor.kind === 'guild-member' && actor.guildId !== guildId) throw relayErrors.RELAY_OTHER_GUILD();
}
