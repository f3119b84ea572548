import { voiceErrors } from '#audio/voice/errors.ts';
import type {
  Hindrance,
  VoiceCapture,
  VoiceCaptureRequest,
  VoiceEndReason,
  VoiceEngine,
  VoiceJoin,
  VoiceSession,
  VoiceStatus,
  VoiceStream,
} from '#audio/voice-contract.ts';
import type { BroadcastInfo, Frame, FrameSink, RemoteBroadcasts } from '#contracts/audio.ts';
import type { Community, CommunityDirectory } from '#contracts/communities.ts';
import type { GuildDirectory, PersonInGuild, VoiceChannelView } from '#contracts/discord.ts';
import type { GuildmeshError } from '#core/errors.ts';

/** The far sides of the relay service, driven by tests. */
export class VoicePort implements VoiceEngine {
  readonly streams: {
    key: string;
    frames: Frame[];
    interruptedCount: number;
    flushedCount: number;
    closed: boolean;
  }[] = [];
  readonly sessions: SessionPort[] = [];
  readonly captures: CapturePort[] = [];
  readonly burstMs = 600;
  readonly delayMs = 400;
  failNext: Error | undefined;

  openStream(key: string): VoiceStream {
    const stream = { key, frames: [] as Frame[], interruptedCount: 0, flushedCount: 0, closed: false };
    this.streams.push(stream);
    return {
      key,
      frame: (frame) => void stream.frames.push(frame),
      flush: () => void stream.flushedCount++,
      interrupted: () => void stream.interruptedCount++,
      close: () => {
        stream.closed = true;
      },
    };
  }

  async join(request: VoiceJoin): Promise<VoiceSession> {
    const { failNext } = this;
    this.failNext = undefined;
    const { channelId, guildId } = request;
    const error = voiceErrors.VOICE_REPLACED({ guildId, channelId });
    for (const earlier of this.sessions)
      if (earlier.guildId === guildId && !earlier.left) earlier.ended({ kind: 'kicked', error });
    if (failNext) throw failNext;
    const session = new SessionPort(request);
    this.sessions.push(session);
    return session;
  }

  channelOf(guildId: string): string | undefined {
    return this.sessions.findLast((session) => session.guildId === guildId && !session.over)?.channelId;
  }

  capture(request: VoiceCaptureRequest): VoiceCapture {
    const capture = new CapturePort(request);
    this.captures.push(capture);
    return capture;
  }
}

/** Somebody who captures, and what the test says to them. */
export class CapturePort implements VoiceCapture {
  readonly request: VoiceCaptureRequest;
  askedAgain = 0;
  stopped = false;

  constructor(request: VoiceCaptureRequest) {
    this.request = request;
  }

  askAgain(): void {
    this.askedAgain++;
  }

  stop(): void {
    this.stopped = true;
  }
}

export class SessionPort implements VoiceSession {
  readonly guildId: string;
  readonly channelId: string;
  readonly request: VoiceJoin;
  readonly volumes: number[] = [];
  left = false;
  moved: (channelId: string) => void = () => {};
  hindered: (by: Hindrance | undefined) => void = () => {};
  cooling: (problem: GuildmeshError) => void = () => {};
  parked: (problem: GuildmeshError) => void = () => {};
  #endReason: VoiceEndReason | undefined;
  #onEnded: (reason: VoiceEndReason) => void = () => {};

  constructor(request: VoiceJoin) {
    this.guildId = request.guildId;
    this.channelId = request.channelId;
    this.request = request;
  }

  status(): VoiceStatus {
    const counts = { framesPlayed: 1, framesMissed: 0, framesConcealed: 0, rejoinCount: 0, closeCodes: {} };
    const buffer = { bufferedFrames: 20, bufferTargetMs: 400 };
    return { state: 'playing', e2ee: true, latencyMs: 400, ...buffer, ...counts };
  }

  setVolume(percent: number): void {
    this.volumes.push(percent);
  }

  async leave(): Promise<void> {
    this.left = true;
  }

  get over(): boolean {
    return this.left || this.#endReason !== undefined;
  }

  /** Once, as with the real one: later listeners get the end immediately. */
  ended(reason: VoiceEndReason): void {
    if (this.#endReason) return;
    this.#endReason = reason;
    this.#onEnded(reason);
  }

  onEnded(listener: (reason: VoiceEndReason) => void): void {
    this.#onEnded = listener;
    const reason = this.#endReason;
    if (reason) queueMicrotask(() => listener(reason));
  }

  onMoved(listener: (channelId: string) => void): void {
    this.moved = listener;
  }

  onParked(listener: (problem: GuildmeshError) => void): void {
    this.parked = listener;
  }

  onHindered(listener: (by: Hindrance | undefined) => void): void {
    this.hindered = listener;
  }

  onCooling(listener: (problem: GuildmeshError) => void): void {
    this.cooling = listener;
  }
}

export class RemotePort implements RemoteBroadcasts {
  offered: BroadcastInfo[] = [{ id: 'show', title: 'The Show', startedAtMs: 0, subscriberCount: 0 }];
  readonly sinks: FrameSink[] = [];
  cancelledCount = 0;
  failing: Error | undefined;

  async list(): Promise<BroadcastInfo[]> {
    if (this.failing) throw this.failing;
    return this.offered;
  }

  async subscribe(_peerId: string, _broadcastId: string, sink: FrameSink) {
    if (this.failing) throw this.failing;
    this.sinks.push(sink);
    return { cancel: () => void this.cancelledCount++ };
  }
}

export class CommunitiesPort implements CommunityDirectory {
  readonly community: Community = {
    peerId: 'peer1',
    name: 'North',
    trusted: true,
    connected: true,
    addresses: [],
  };
  connected: (peerId: string) => void = () => {};
  forgotten: (peerId: string) => void = () => {};

  list(): Community[] {
    return [this.community];
  }

  find(reference: string): Community | undefined {
    return [this.community.peerId, this.community.name].includes(reference) ? this.community : undefined;
  }

  /** The community that has its name now, under another key. */
  successor: Community | undefined;

  successorOf(_peerId: string): Community | undefined {
    return this.successor;
  }

  onConnected(listener: (peerId: string) => void) {
    this.connected = listener;
    return () => {};
  }

  onForgotten(listener: (peerId: string) => void) {
    this.forgotten = listener;
    return () => {};
  }
}

export function voiceChannel(id: string, changes: Partial<VoiceChannelView> = {}): VoiceChannelView {
  return {
    ...{
      id,
      guildId: 'g1',
      guildName: 'Guild',
      name: `room ${id}`,
      kind: 'voice',
      userLimit: 0,
      memberCount: 0,
    },
    permissions: {
      view: true,
      connect: true,
      speak: true,
      moveMembers: false,
      muteMembers: false,
      requestToSpeak: false,
    },
    ...{ botInside: false, botSuppressed: false },
    ...changes,
  };
}

export class GuildsPort implements GuildDirectory {
  readonly channels = new Map<string, VoiceChannelView>();
  isConnected = true;

  guilds() {
    return [{ id: 'g1', name: 'Guild' }];
  }

  voiceChannel(guildId: string, channelId: string): VoiceChannelView | undefined {
    const channel = this.channels.get(channelId);
    return channel?.guildId === guildId ? channel : undefined;
  }

  voiceChannels(guildId: string): VoiceChannelView[] {
    return [...this.channels.values()].filter((channel) => channel.guildId === guildId);
  }

  /** `user@channel`, of those who may not. */
  readonly closed = new Set<string>();

  mayJoin(_guildId: string, channelId: string, { userId }: PersonInGuild): boolean {
    return !this.closed.has(`${userId}@${channelId}`);
  }

  connected(): boolean {
    return this.isConnected;
  }

  botUserId(): string {
    return 'bot';
  }
}
