import type { Frame, FramePosition } from '#contracts/audio.ts';
import type { ErrorRecord, GuildmeshError } from '#core/errors.ts';

/**
 * The voice engine as the relay service sees it, on the main thread. Behind it a worker thread holds the jitter
 * buffers, the frame clock and the voice connections; a worker that dies is started again and rejoins.
 */
export interface VoiceEngine {
  /** As much audio at once as a stream needs to begin to play. */
  readonly burstMs: number;
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
   * Hears what is said where the guild's session is, now and after it has moved or come back; while there is none,
   * silence. One per guild. Throws VOICE_CAPTURED_ALREADY.
   */
  capture(request: VoiceCaptureRequest): VoiceCapture;
}

export interface VoiceCaptureRequest {
  guildId: string;
  /** Of what has to be mixed; a single speaker is passed on as they are. */
  bitrateKbps: number;
  /** Asked once for each who speaks, and again by `askAgain`. Until it is answered they are not heard. */
  mayBeHeard: (userId: string) => Promise<boolean>;
  /** One 20 ms Opus packet after another, at their pace; so many before it are missed for good. */
  onPacket: (payload: Uint8Array, missedCount: number) => void;
  /** Somebody put the bot out of the channel: it is not to come back by itself. */
  onKicked: (error: GuildmeshError) => void;
}

export interface VoiceCapture {
  /** Somebody's consent, or the rule, has changed. */
  askAgain(): void;
  /** Idempotent. */
  stop(): void;
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
  /** Sends nothing, not even silence, and shows as muted: for a session that is there to hear. */
  quiet?: boolean;
  /** Voice channels are end-to-end encrypted and nothing but silence may leave before that; stages are not. */
  kind: 'voice' | 'stage';
  /** When people move the bot: stay there, or go back. Back at most `returnsMax` times in a row. Default: follow. */
  onMove?: 'follow' | 'return';
  /** 0 to 200; 100, the default, plays as it comes. */
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
  /** Called when the bot leaves for a long pause, after which it comes back by itself. */
  onCooling(listener: (problem: GuildmeshError) => void): void;
  /** Called when the session falls silent because there is more to play than this machine can; it comes back by itself. */
  onParked(listener: (problem: GuildmeshError) => void): void;
}

/**
 * What members with the right did to the bot. `suppressed`: on a stage in the audience, or no Speak in the channel.
 * `muted`: by a moderator. `deafened`: by a moderator; others hear the bot all the same.
 */
export type Hindrance = 'suppressed' | 'muted' | 'deafened';

export interface VoiceEndReason {
  /**
   * `kicked` clears the intent; `failed` keeps it for a later try; `refused` keeps it too, but trying again makes no
   * sense until the operator has changed something.
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
  /** Turns left to the listeners' decoders to fill: lost frames, and those put in to play slower. */
  framesConcealed: number;
  bufferedFrames: number;
  /** How much audio the stream now wants to hold back. */
  bufferTargetMs: number;
  latencyMs: number | undefined;
  /** Of the stream's last frame that was played. */
  position?: FramePosition | undefined;
  rejoinCount: number;
  hindrance?: Hindrance | undefined;
  /** Why it pauses, and how long still from the moment of the report. */
  problem?: { error: ErrorRecord; retryInMs: number } | undefined;
  /** Voice websocket close codes seen, by code. */
  closeCodes: Record<number, number>;
}
