import type { Connection, Stream } from '@libp2p/interface';
import { orAborted } from '#core/aborted.ts';
import type { Clock } from '#core/clock.ts';
import { DeadlinePassed, withDeadline } from '#core/deadline.ts';
import { isGuildmeshError } from '#core/errors.ts';
import type { Communities } from '../../communities.ts';
import { meshErrors } from '../../errors.ts';
import { meshLimits } from '../../limits.ts';
import { NoAnswer } from './no-answer.ts';

export interface AskerComponents {
  communities: Pick<Communities, 'view'>;
  /** Returns an open connection, dialling if needed. Throws MESH_NODE_STOPPED, MESH_UNREACHABLE. */
  connect: (peerId: string, signal: AbortSignal) => Promise<Connection>;
  clock: Clock;
}

export interface AskerInit {
  /** Id of the protocol: `/guildmesh/NAME/1`. */
  id: string;
  /** From opening the stream to the answer. */
  answerTimeoutMs: number;
  /** Per connection, of this protocol. */
  outboundStreamsMax: number;
}

/** One request on one stream, sent when it is made. */
export interface Call<Answer> {
  /** Rejects with NoAnswer. */
  readonly answered: Promise<Answer>;
  /** Gives up waiting for the answer, and cuts the stream. */
  abandon(reason: string): void;
}

/** Sends requests to other communities by one protocol, and turns a missing answer into an error of the mesh. */
export class Asker {
  readonly #components: AskerComponents;
  readonly #init: AskerInit;

  constructor(components: AskerComponents, init: AskerInit) {
    this.#components = components;
    this.#init = init;
  }

  /**
   * `open` makes the call over a new stream. Throws MESH_NOT_TRUSTED, MESH_NOT_TRUSTED_BY_PEER, MESH_NODE_STOPPED,
   * MESH_UNREACHABLE, MESH_NO_ANSWER, MESH_PROTOCOL_UNSUPPORTED, MESH_PROTOCOL_VIOLATION, or the signal's reason.
   */
  async ask<Answer, Made>(
    peerId: string,
    open: (stream: Stream) => Made & Call<Answer>,
    signal: AbortSignal,
  ): Promise<{ answer: Answer; call: Made }> {
    const { communities, connect } = this.#components;
    const { trusted, name } = communities.view(peerId);
    if (!trusted) throw meshErrors.MESH_NOT_TRUSTED({ community: name });
    const connection = await connect(peerId, signal);
    try {
      return await this.#askOver(connection, peerId, open, signal);
    } catch (error) {
      // An open connection may be dead without our having noticed: then a fresh one is tried, once.
      if (!isGuildmeshError(error, 'MESH_UNREACHABLE')) throw error;
      await this.#closed(connection, signal);
      return await this.#askOver(await connect(peerId, signal), peerId, open, signal);
    }
  }

  /** A peer that leaves ends its streams a moment before the connection. */
  async #closed(connection: Connection, signal: AbortSignal): Promise<void> {
    const { clock } = this.#components;
    const untilMs = clock.monotonicMs() + meshLimits.closeGraceMs;
    while (connection.status === 'open' && clock.monotonicMs() < untilMs) await clock.sleep(10, signal);
  }

  async #askOver<Answer, Made>(
    connection: Connection,
    peerId: string,
    open: (stream: Stream) => Made & Call<Answer>,
    signal: AbortSignal,
  ): Promise<{ answer: Answer; call: Made }> {
    const { id, answerTimeoutMs, outboundStreamsMax } = this.#init;
    try {
      return await withDeadline(this.#components.clock, answerTimeoutMs, signal, async (deadline) => {
        const stream = await connection.newStream(id, {
          signal: deadline,
          maxOutboundStreams: outboundStreamsMax,
        });
        const call = open(stream);
        const abandon = () => call.abandon('no longer wanted');
        return { answer: await orAborted(deadline, call.answered, { abandon }), call };
      });
    } catch (error) {
      throw this.#explain(error, peerId, connection, signal);
    }
  }

  #explain(error: unknown, peerId: string, connection: Connection, signal: AbortSignal): unknown {
    if (signal.aborted) return signal.reason;
    const community = this.#components.communities.view(peerId).name;
    const { id, answerTimeoutMs } = this.#init;
    if (error instanceof DeadlinePassed)
      return meshErrors.MESH_NO_ANSWER({ community, waitedMs: answerTimeoutMs });
    if (error instanceof NoAnswer && error.why === 'violation')
      return meshErrors.MESH_PROTOCOL_VIOLATION({ community, violation: error.violation ?? 'unknown' });
    const name = error instanceof Error ? error.name : '';
    if (name === 'UnsupportedProtocolError')
      return meshErrors.MESH_PROTOCOL_UNSUPPORTED({ community, protocol: id }, { cause: error });
    const reset = name === 'StreamResetError' || (error instanceof NoAnswer && error.why === 'reset');
    // A cut connection resets its streams as well; only a stream cut alone is a refusal.
    if (reset && connection.status === 'open')
      return meshErrors.MESH_NOT_TRUSTED_BY_PEER({ community }, { cause: error });
    const tried = [connection.remoteAddr.toString()];
    return meshErrors.MESH_UNREACHABLE({ community, tried }, { cause: error });
  }
}
