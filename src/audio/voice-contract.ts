import type { Frame, FramePosition } from '#contracts/audio.ts';
import type { ErrorRecord, GuildmeshError } from '#core/errors.ts';

/**
 * The voice engine as the relay service sees it, on the main thread. Behind it a worker thread holds the jitter
 * buffers, the frame clock and the voice connections; a worker that dies is restarted and rejoins.
 */
export interface VoiceEngine {
  /** How much audio a stream takes at once to begin playing. */
  readonly burstMs: number;
  /** How long after it was handed over a frame of a new stream is heard. It adapts from there. */
  readonly delayMs: number;
  /** A stream shared by any number of channels: one jitter buffer, whatever the number of channels. */
  openStream(streamKey: string): VoiceStream;
  /**
   * Joins a voice channel and plays the stream there, silence while it has nothing. One channel per guild: joining
   * again in the same guild moves, and the earlier session ends as `kicked` with VOICE_REPLACED. Resolves once the
   * voice connection is ready (not: once secured).
   * Throws VOICE_* errors.
   */
  join(request: VoiceJoin, signal: AbortSignal): Promise<VoiceSession>;
  /** The channel of the guild's session, if there is one. */
  channelOf(guildId: string): string | undefined;
  /**
   * Receives what is said where the guild's session is, also after it has moved or come back; silence while there is
   * none. One per guild. Throws VOICE_CAPTURED_ALREADY.
   */
  capture(request: VoiceCaptureRequest): VoiceCapture;
}

export interface VoiceCaptureRequest {
  guildId: string;
  /** Bit rate of mixed audio; a single speaker is passed through. */
  bitrateKbps: number;
  /** Called once per speaker, and again after `askAgain`. Speakers aren't heard before it answers. */
  mayBeHeard: (userId: string) => Promise<boolean>;
  /** One 20 ms Opus packet after another, at their pace; `missedCount` packets before it are lost. */
  onPacket: (payload: Uint8Array, missedCount: number) => void;
  /** Somebody removed the bot from the channel: it must not come back automatically. */
  onKicked: (error: GuildmeshError) => void;
}

export interface VoiceCapture {
  /** Call it when somebody's consent, or the rule, has changed. */
  askAgain(): void;
  /** Idempotent. */
  stop(): void;
}

export interface VoiceStream {
  readonly key: string;
  /** Hands a frame to the worker; never blocks, drops the oldest when the worker can't keep up. */
  frame(frame: Frame): void;
  /** What channels hold of it and haven't played isn't wanted any more. */
  flush(): void;
  /** The source is gone for now; the buffer plays out, then silence. */
  interrupted(): void;
  /** Frees the buffer. Channels on it play silence. */
  close(): void;
}

export interface VoiceJoin {
  guildId: string;
  channelId: string;
  streamKey: string;
  /** Sends nothing, not even silence, and shows as muted: for a session that only listens. */
  quiet?: boolean;
  /** Voice channels are end-to-end encrypted and only silence may be sent before that; stages are not. */
  kind: 'voice' | 'stage';
  /**
   * When people move the bot: stay there, or go back. Goes back at most `returnsMax` times in a row. Default: follow.
   */
  onMove?: 'follow' | 'return';
  /** 0 to 200; 100, the default, plays unchanged. */
  volumePercent?: number;
}

export interface VoiceSession {
  readonly guildId: string;
  readonly channelId: string;
  status(): VoiceStatus;
  /** From the next frame on, also after the session has moved or come back. */
  setVolume(percent: number): void;
  /** Leaves the channel; idempotent. */
  leave(): Promise<void>;
  /** Called once, when the session is over without `leave`: kicked, fatal close code, gave up. */
  onEnded(listener: (reason: VoiceEndReason) => void): void;
  /** Called when people moved the bot: the session goes on in the new channel. */
  onMoved(listener: (channelId: string) => void): void;
  /** Called when something begins or ceases (undefined) to keep people from hearing the bot. */
  onHindered(listener: (by: Hindrance | undefined) => void): void;
  /** Called when the bot leaves for a long pause, after which it comes back automatically. */
  onCooling(listener: (problem: GuildmeshError) => void): void;
  /**
   * Called when the session falls silent because this machine can't play any more channels; it comes back
   * automatically.
   */
  onParked(listener: (problem: GuildmeshError) => void): void;
}

/**
 * What moderators did to the bot. `suppressed`: in the audience of a stage, or without Speak in the channel. `muted`:
 * by a moderator. `deafened`: by a moderator; others hear the bot nevertheless.
 */
export type Hindrance = 'suppressed' | 'muted' | 'deafened';

export interface VoiceEndReason {
  /**
   * `kicked` clears the intent; `failed` keeps it for a later try; `refused` keeps it too, but a retry makes no sense
   * until the operator has changed something.
   */
  kind: 'kicked' | 'failed' | 'refused';
  error: GuildmeshError;
}

export interface VoiceStatus {
  /**
   * `cooling`: out of the channel for a long pause, see `problem`. `parked`: in the channel, silent, until the
   * overloaded worker has room again.
   */
  state: 'joining' | 'securing' | 'playing' | 'buffering' | 'reconnecting' | 'cooling' | 'parked';
  e2ee: boolean;
  framesPlayed: number;
  framesMissed: number;
  /** Turns left to the listeners' decoders to fill: lost frames, and those inserted to play slower. */
  framesConcealed: number;
  bufferedFrames: number;
  /** How much audio the stream now wants to hold back. */
  bufferTargetMs: number;
  latencyMs: number | undefined;
  /** Position of the stream's last frame that was played. */
  position?: FramePosition | undefined;
  rejoinCount: number;
  hindrance?: Hindrance | undefined;
  /** Why it pauses, and the remaining time when this was reported. */
  problem?: { error: ErrorRecord; retryInMs: number } | undefined;
  /** Voice websocket close codes seen, by code. */
  closeCodes: Record<number, number>;
}
