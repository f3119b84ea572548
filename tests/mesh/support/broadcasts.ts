import { audioErrors } from '#audio/errors.ts';
import type {
  Audience,
  BroadcastCatalogue,
  BroadcastInfo,
  Frame,
  FrameSink,
  FrameSubscription,
  StreamEndReason,
} from '#contracts/audio.ts';

/** Broadcasts whose frames a test sends by hand. */
export class TestBroadcasts implements BroadcastCatalogue {
  readonly #infos = new Map<string, BroadcastInfo>();
  readonly #sinks = new Map<string, Set<FrameSink>>();
  cancelCount = 0;
  /** What was sent last, for those that ask for a burst. */
  past: Frame[] = [];
  /** Above as many, a broadcast takes no more. */
  fullAt = Number.POSITIVE_INFINITY;

  /** Communities that may hear a broadcast, by its id; of one that isn't here, everybody may. */
  readonly sharedWith = new Map<string, ReadonlySet<string>>();
  offeredTo = (peerId: string): BroadcastCatalogue => {
    const isFor = (id: string) => this.sharedWith.get(id)?.has(peerId) ?? true;
    return {
      list: () => this.list().filter(({ id }) => isFor(id)),
      subscribe: (id, sink) => {
        if (!isFor(id)) throw new Error('unknown broadcast');
        return this.subscribe(id, sink);
      },
    };
  };

  add(id: string, title = `title of ${id}`, audience?: Audience): void {
    const info = { id, title, startedAtMs: 1_700_000_000_000, subscriberCount: 0 };
    this.#infos.set(id, audience ? { ...info, audience } : info);
    this.#sinks.set(id, new Set());
  }

  retitle(id: string, title: string): void {
    const info = this.#infos.get(id);
    if (info) info.title = title;
  }

  list(): BroadcastInfo[] {
    return [...this.#infos.values()].map((info) => ({ ...info, subscriberCount: this.sinkCount(info.id) }));
  }

  subscribe(broadcastId: string, sink: FrameSink): FrameSubscription {
    const sinks = this.#sinks.get(broadcastId);
    if (!sinks) throw new Error('unknown broadcast');
    if (sinks.size >= this.fullAt)
      throw audioErrors.AUDIO_BROADCAST_FULL({ broadcast: broadcastId, subscribersMax: this.fullAt });
    if (sink.burstMs) for (const frame of this.past) sink.frame(frame);
    sinks.add(sink);
    return {
      cancel: () => {
        if (sinks.delete(sink)) this.cancelCount += 1;
      },
    };
  }

  sinkCount(id: string): number {
    return this.#sinks.get(id)?.size ?? 0;
  }

  send(id: string, frame: Frame): void {
    for (const sink of [...(this.#sinks.get(id) ?? [])]) sink.frame(frame);
  }

  end(id: string, reason: StreamEndReason): void {
    for (const sink of [...(this.#sinks.get(id) ?? [])]) sink.end(reason);
    this.#infos.delete(id);
  }
}

/** 48 kHz mono, CELT, one 20 ms frame; `size` bytes with the sequence number inside. */
export function testFrame(sequence: number, size = 160): Frame {
  const payload = new Uint8Array(size).fill(sequence & 0xff);
  payload[0] = 0xf8;
  return { streamId: 7, sequence, captureTimeMs: 1_700_000_000_000.25 + sequence * 20, payload };
}

export class TestSink implements FrameSink {
  readonly burstMs: number | undefined;
  readonly frames: Frame[] = [];
  readonly ends: StreamEndReason[] = [];

  constructor(init: { burstMs?: number } = {}) {
    this.burstMs = init.burstMs;
  }

  frame(frame: Frame): void {
    this.frames.push(frame);
  }

  end(reason: StreamEndReason): void {
    this.ends.push(reason);
  }

  get sequences(): number[] {
    return this.frames.map((frame) => frame.sequence);
  }
}
