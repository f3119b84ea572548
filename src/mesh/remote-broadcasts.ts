import type { Connection, Stream } from '@libp2p/interface';
import {
  type BroadcastInfo,
  type FrameSink,
  type FrameSubscription,
  mayBePassedOn,
  type RemoteBroadcasts,
} from '#contracts/audio.ts';
import type { Clock } from '#core/clock.ts';
import { DeadlinePassed, withDeadline } from '#core/deadline.ts';
import { type GuildmeshError, isGuildmeshError } from '#core/errors.ts';
import type { Logger } from '#core/logger.ts';
import type { Communities } from './communities.ts';
import { meshErrors } from './errors.ts';
import { meshLimits } from './limits.ts';
import { ParentSearch } from './parent-search.ts';
import { AudioCall, NoAnswer } from './protocols/audio/caller.ts';
import type { ClientAnswer, ClientRequest } from './protocols/audio/client-machine.ts';
import { audioLimits } from './protocols/audio/limits.ts';
import { audioProtocol } from './protocols/audio/records.ts';
import type { Rebroadcasts, Tap } from './rebroadcasts.ts';

export interface RemoteBroadcastsComponents {
  communities: Communities;
  /** Gives an open connection, dialling if needed. Throws MESH_NODE_STOPPED, MESH_UNREACHABLE. */
  connect: (peerId: string, signal: AbortSignal) => Promise<Connection>;
  rebroadcasts: Rebroadcasts;
  /** Subscribers this hub feeds with broadcasts of others; 0: none. */
  rebroadcastMax: number;
  clock: Clock;
  logger: Logger;
}

/** Who feeds a subscription, and where it is passed on. */
interface Fed {
  parent: string;
  over: boolean;
  tap: Tap | undefined;
}

interface Call {
  peerId: string;
  /** Whose broadcast it is about: another's, when a hub passes it on. */
  originPeerId: string;
  call: AudioCall;
}

/** Asks other communities for their broadcasts. Only trusted ones are ever asked. */
export class RemoteAudio implements RemoteBroadcasts {
  readonly #components: RemoteBroadcastsComponents;
  readonly #calls = new Set<Call>();
  readonly #parents: ParentSearch;

  constructor(components: RemoteBroadcastsComponents) {
    this.#components = components;
    const { clock, communities } = components;
    this.#parents = new ParentSearch({ clock, trusted: (peerId) => communities.view(peerId).trusted });
  }

  async list(peerId: string, signal: AbortSignal): Promise<BroadcastInfo[]> {
    const { answer } = await this.#ask(peerId, { type: 'catalogue-request' }, undefined, signal);
    return answer.is === 'catalogue' ? answer.broadcasts : [];
  }

  async subscribe(
    peerId: string,
    broadcastId: string,
    sink: FrameSink,
    signal: AbortSignal,
  ): Promise<FrameSubscription> {
    const { rebroadcasts, rebroadcastMax } = this.#components;
    const fed: Fed = { parent: peerId, over: false, tap: undefined };
    const found = await this.#parents.find(
      { originPeerId: peerId, broadcastId, rebroadcastMax, burstMs: sink.burstMs },
      (asked, request) => {
        fed.parent = asked;
        return this.#ask(asked, request, this.#teeOf(peerId, sink, fed), signal);
      },
      signal,
    );
    const { answer } = found;
    if (answer.is === 'refused') throw this.#refusalOf(peerId, broadcastId, found);
    if (answer.is === 'accepted' && mayBePassedOn(answer) && rebroadcastMax > 0 && !fed.over)
      fed.tap = rebroadcasts.begin(peerId, broadcastId, answer.title);
    return { cancel: () => found.call.cancel() };
  }

  /** Trust was withdrawn here: its subscriptions end. */
  revoke(peerId: string): void {
    for (const { call, ...of } of [...this.#calls])
      if (of.peerId === peerId || of.originPeerId === peerId) call.revoke();
  }

  /** The node stops: the broadcasters are told, the sinks hear `lost` and may come back. */
  leaveAll(): void {
    for (const { call } of [...this.#calls]) call.leave();
  }

  /** To the listener here and, once it is heard, to whoever is fed by this hub. */
  #teeOf(originPeerId: string, sink: FrameSink, fed: Fed): FrameSink {
    return {
      frame: (frame) => {
        sink.frame(frame);
        fed.tap?.frame(frame);
      },
      end: (reason) => {
        const byHub = fed.parent !== originPeerId;
        if (byHub && reason !== 'unsubscribed') this.#parents.failed(fed.parent);
        // A hub on the way that is no longer trusted is no reason to stop: the broadcaster is asked again.
        const trusted = this.#components.communities.view(originPeerId).trusted;
        const told = byHub && reason === 'revoked' && trusted ? 'lost' : reason;
        fed.over = true;
        fed.tap?.end(told);
        sink.end(told);
      },
    };
  }

  #refusalOf(
    peerId: string,
    broadcastId: string,
    { answer, hubsKnown }: { answer: ClientAnswer; hubsKnown: readonly string[] },
  ): GuildmeshError {
    const community = this.#nameOf(peerId);
    const code = answer.is === 'refused' ? answer.code : 'stopping';
    if (code === 'unknown-broadcast')
      return meshErrors.MESH_UNKNOWN_BROADCAST({ community, broadcast: broadcastId });
    if (code === 'too-many-subscriptions' && hubsKnown.length > 0) {
      const hubs = hubsKnown.map((hub) => this.#components.communities.view(hub).name);
      return meshErrors.MESH_BROADCAST_FULL({ community, hubs });
    }
    return meshErrors.MESH_SUBSCRIPTION_REFUSED({ community, reason: code });
  }

  async #ask(
    peerId: string,
    request: ClientRequest,
    sink: FrameSink | undefined,
    signal: AbortSignal,
  ): Promise<{ answer: ClientAnswer; call: AudioCall }> {
    const { communities, connect } = this.#components;
    if (!communities.view(peerId).trusted) {
      throw meshErrors.MESH_NOT_TRUSTED({ community: this.#nameOf(peerId) });
    }
    const connection = await connect(peerId, signal);
    try {
      return await this.#askOver(connection, peerId, request, sink, signal);
    } catch (error) {
      // An open connection may be dead or dying without our having noticed: then a fresh one, once.
      if (!isGuildmeshError(error, 'MESH_UNREACHABLE')) throw error;
      await this.#closed(connection, signal);
      return await this.#askOver(await connect(peerId, signal), peerId, request, sink, signal);
    }
  }

  /** A peer that leaves ends its streams a moment before the connection. */
  async #closed(connection: Connection, signal: AbortSignal): Promise<void> {
    const { clock } = this.#components;
    const untilMs = clock.monotonicMs() + meshLimits.closeGraceMs;
    while (connection.status === 'open' && clock.monotonicMs() < untilMs) await clock.sleep(10, signal);
  }

  async #askOver(
    connection: Connection,
    peerId: string,
    request: ClientRequest,
    sink: FrameSink | undefined,
    signal: AbortSignal,
  ): Promise<{ answer: ClientAnswer; call: AudioCall }> {
    try {
      return await withDeadline(
        this.#components.clock,
        audioLimits.answerTimeoutMs,
        signal,
        async (deadline) => {
          const stream = await connection.newStream(audioProtocol, {
            signal: deadline,
            maxOutboundStreams: audioLimits.streamsPerConnectionMax,
          });
          const call = this.#call(stream, peerId, request, sink);
          return { answer: await answerOf(call, deadline), call };
        },
      );
    } catch (error) {
      throw this.#explain(error, peerId, connection, signal);
    }
  }

  #call(stream: Stream, peerId: string, request: ClientRequest, sink: FrameSink | undefined): AudioCall {
    const { clock, logger } = this.#components;
    const call = new AudioCall(clock, stream, {
      request,
      sink,
      over: (violation) => {
        this.#calls.delete(entry);
        if (violation) logger.warn({ peerId, violation }, 'audio stream of another community cut');
      },
    });
    const originPeerId = request.type === 'subscribe' ? (request.origin ?? peerId) : peerId;
    const entry: Call = { peerId, originPeerId, call };
    this.#calls.add(entry);
    return call;
  }

  #explain(error: unknown, peerId: string, connection: Connection, signal: AbortSignal): unknown {
    if (signal.aborted) return signal.reason;
    const community = this.#nameOf(peerId);
    if (error instanceof DeadlinePassed) {
      return meshErrors.MESH_NO_ANSWER({ community, waitedMs: audioLimits.answerTimeoutMs });
    }
    if (error instanceof NoAnswer && error.why === 'violation') {
      return meshErrors.MESH_PROTOCOL_VIOLATION({ community, violation: error.violation ?? 'unknown' });
    }
    const name = error instanceof Error ? error.name : '';
    if (name === 'UnsupportedProtocolError') {
      return meshErrors.MESH_PROTOCOL_UNSUPPORTED({ community, protocol: audioProtocol }, { cause: error });
    }
    const reset = name === 'StreamResetError' || (error instanceof NoAnswer && error.why === 'reset');
    // A cut connection resets its streams as well; only a stream cut alone is a refusal.
    if (reset && connection.status === 'open') {
      return meshErrors.MESH_NOT_TRUSTED_BY_PEER({ community }, { cause: error });
    }
    const tried = [connection.remoteAddr.toString()];
    return meshErrors.MESH_UNREACHABLE({ community, tried }, { cause: error });
  }

  #nameOf(peerId: string): string {
    return this.#components.communities.view(peerId).name;
  }
}

/** The call's answer; the stream is cut when the signal comes first. */
async function answerOf(call: AudioCall, signal: AbortSignal): Promise<ClientAnswer> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => {
    aborted.reject(signal.reason);
    call.abandon('no longer wanted');
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    signal.throwIfAborted();
    return await Promise.race([call.answered, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
