import type { Stream } from '@libp2p/interface';
import {
  type BroadcastInfo,
  type FrameSink,
  type FrameSubscription,
  mayBePassedOn,
  type RemoteBroadcasts,
} from '#contracts/audio.ts';
import type { GuildmeshError } from '#core/errors.ts';
import type { Logger } from '#core/logger.ts';
import { meshErrors } from '../../errors.ts';
import { Asker, type AskerComponents } from '../wire/asker.ts';
import { AudioCall } from './caller.ts';
import type { ClientAnswer, ClientRequest } from './client-machine.ts';
import { audioLimits } from './limits.ts';
import { ParentSearch } from './parent-search.ts';
import type { Rebroadcasts, Tap } from './rebroadcasts.ts';
import { audioProtocol } from './records.ts';

export interface RemoteAudioComponents extends AskerComponents {
  rebroadcasts: Rebroadcasts;
  /** Subscribers this hub feeds with broadcasts of others; 0: none. */
  rebroadcastMax: number;
  logger: Logger;
}

/** The hub that feeds a subscription, and where it is passed on. */
interface Fed {
  parent: string;
  over: boolean;
  tap: Tap | undefined;
}

interface Call {
  peerId: string;
  /** The broadcaster: another peer, when a hub passes it on. */
  originPeerId: string;
  call: AudioCall;
}

/** Asks other communities for their broadcasts. Only trusted ones are ever asked. */
export class RemoteAudio implements RemoteBroadcasts {
  readonly #components: RemoteAudioComponents;
  readonly #calls = new Set<Call>();
  readonly #parents: ParentSearch;
  readonly #asker: Asker;

  constructor(components: RemoteAudioComponents) {
    this.#components = components;
    const { clock, communities } = components;
    this.#parents = new ParentSearch({ clock, trusted: (peerId) => communities.view(peerId).trusted });
    this.#asker = new Asker(components, {
      id: audioProtocol,
      answerTimeoutMs: audioLimits.answerTimeoutMs,
      outboundStreamsMax: audioLimits.streamsPerConnectionMax,
    });
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

  /** The node stops: broadcasters get an end record; the sinks get `lost` and may come back. */
  leaveAll(): void {
    for (const { call } of [...this.#calls]) call.leave();
  }

  /** Passes frames to the listener here and, once it is heard, to the subscribers that this hub feeds. */
  #teeOf(originPeerId: string, sink: FrameSink, fed: Fed): FrameSink {
    return {
      frame: (frame) => {
        sink.frame(frame);
        fed.tap?.frame(frame);
      },
      end: (reason) => {
        const byHub = fed.parent !== originPeerId;
        if (byHub && reason !== 'unsubscribed') this.#parents.failed(fed.parent);
        // If a hub on the way is no longer trusted, the subscription goes on: the broadcaster is asked again.
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

  #ask(
    peerId: string,
    request: ClientRequest,
    sink: FrameSink | undefined,
    signal: AbortSignal,
  ): Promise<{ answer: ClientAnswer; call: AudioCall }> {
    return this.#asker.ask(peerId, (stream) => this.#call(stream, peerId, request, sink), signal);
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

  #nameOf(peerId: string): string {
    return this.#components.communities.view(peerId).name;
  }
}
