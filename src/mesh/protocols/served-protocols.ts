import type { Libp2p, StreamHandler } from '@libp2p/interface';
import type { NeededGrant, ProtocolEnd, ProtocolStats } from '#contracts/protocol.ts';
import type { Clock } from '#core/clock.ts';
import { meshLimits } from '../limits.ts';
import type { MeshProtocol, ServedProtocol } from './contract.ts';
import { type ServeStream, type TrustGuard, trustedOnly } from './trusted-only.ts';

interface Entry {
  name: string;
  protocol: MeshProtocol;
  served: ServedProtocol;
}

/** The guard in front of a protocol, by the grant it needs. */
const doors: Record<NeededGrant, (guard: TrustGuard, serve: ServeStream) => StreamHandler> = {
  trusted: trustedOnly,
};

/** All protocols during one run of the node. */
export class ServedProtocols {
  readonly #entries: readonly Entry[];
  readonly #clock: Clock;

  /** All or none: when one can't be served, those that could are ended, and its error is thrown. */
  static async begin(protocols: ReadonlyMap<string, MeshProtocol>, clock: Clock): Promise<ServedProtocols> {
    const begun = await Promise.allSettled(
      [...protocols].map(async ([name, protocol]) => ({ name, protocol, served: await protocol.serve() })),
    );
    const entries = begun.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    const served = new ServedProtocols(entries, clock);
    const failed = begun.find(({ status }) => status === 'rejected');
    if (failed?.status !== 'rejected') return served;
    served.endAll('node-stopped');
    throw failed.reason;
  }

  private constructor(entries: readonly Entry[], clock: Clock) {
    this.#entries = entries;
    this.#clock = clock;
  }

  async handle(node: Pick<Libp2p, 'handle'>, guard: TrustGuard): Promise<void> {
    for (const { protocol, served } of this.#entries) {
      const { id, grant, limits } = protocol;
      const serve: ServeStream = (stream, peerId) => served.accept(stream, peerId);
      await node.handle(id, doors[grant](guard, serve), {
        maxInboundStreams: limits.inboundStreamsMax,
        maxOutboundStreams: limits.outboundStreamsMax,
      });
    }
  }

  endPeer(peerId: string, reason: ProtocolEnd): void {
    for (const { served } of this.#entries) served.endPeer(peerId, reason);
  }

  endAll(reason: ProtocolEnd): void {
    for (const { served } of this.#entries) served.endAll(reason);
  }

  /** Waits until the ended streams are closed; each is cut automatically when it takes too long. */
  async flushed(peerId?: string, signal?: AbortSignal): Promise<void> {
    const untilMs = this.#clock.monotonicMs() + meshLimits.closeGraceMs * 2;
    while (this.#sessionCount(peerId) > 0 && this.#clock.monotonicMs() < untilMs)
      await this.#clock.sleep(5, signal);
  }

  /** By protocol. */
  stats(): Record<string, ProtocolStats> {
    return Object.fromEntries(this.#entries.map(({ name, served }) => [name, served.stats()]));
  }

  #sessionCount(peerId?: string): number {
    return this.#entries.reduce((sum, { served }) => sum + served.sessionCount(peerId), 0);
  }
}
