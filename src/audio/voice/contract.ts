import type { Frame } from '#contracts/audio.ts';
import type { GuildmeshError } from '#core/errors.ts';

/**
 * The voice engine as the relay service sees it, on the main thread. Behind it a worker thread holds the jitter
 * buffers, the frame clock and the voice connections; a worker that dies is started again and rejoins.
 */
export interface VoiceEngine {
  /** A stream shared by any number of channels: one jitter buffer, whatever the number of channels. */
  openStream(streamKey: string): VoiceStream;
  /**
   * Joins a voice channel and plays the stream there, silence while it has nothing. One channel per guild: joining
   * again in the same guild moves, and the earlier session ends as `kicked` with VOICE_REPLACED. Resolves once the
   * voice connection is ready (not: once secured).
   * Throws VOICE_* errors.
   */
  join(request: VoiceJoin, signal: AbortSignal): Promise<VoiceSession>;
}

export interface VoiceStream {
  readonly key: string;
  /** Hands a frame to the worker; never blocks, drops the oldest when the worker can't keep up. */
  frame(frame: Frame): void;
  /** The source is gone for now; the buffer plays out, then silence. */
  interrupted(): void;
  /** Frees the buffer. Channels on it play silence. */
  close(): void;
}

export interface VoiceJoin {
  guildId: string;
  channelId: string;
  streamKey: string;
  /** Voice channels are end-to-end encrypted and nothing but silence may leave before that; stages are not. */
  kind: 'voice' | 'stage';
}

export interface VoiceSession {
  readonly guildId: string;
  readonly channelId: string;
  status(): VoiceStatus;
  /** Leaves the channel; idempotent. */
  leave(): Promise<void>;
  /** Called once, when the session is over without `leave`: kicked, fatal close code, gave up. */
  onEnded(listener: (reason: VoiceEndReason) => void): void;
  /** Called when people moved the bot: the session goes on in the new channel. */
  onMoved(listener: (channelId: string) => void): void;
}

export interface VoiceEndReason {
  /** `kicked` clears the intent; `failed` keeps it for a later try. */
  kind: 'kicked' | 'failed';
  error: GuildmeshError;
}

export interface VoiceStatus {
  state: 'joining' | 'securing' | 'playing' | 'buffering' | 'reconnecting';
  e2ee: boolean;
  framesPlayed: number;
  framesMissed: number;
  bufferedFrames: number;
  latencyMs: number | undefined;
  rejoinCount: number;
  /** Voice websocket close codes seen, by code. */
  closeCodes: Record<number, number>;
}
