/** The voice half, as the rest of the local Discord, tests and hosts use it. It knows no guild's rules. */
/** One RTP packet as a listener in the channel got it. */
export interface HeardFrame {
  speakerId: string;
  rtpSequence: number;
  rtpTimestamp: number;
  /** Wall clock, milliseconds with a fraction, when the datagram arrived. */
  arrivedAtMs: number;
  /** Opus after transport and E2EE decryption. */
  payload: Uint8Array;
  /** It left the speaker end-to-end encrypted. False in stages, and for the silence frames of DAVE channels. */
  e2ee: boolean;
  /** The three bytes F8 FF FE. */
  silence: boolean;
}

export interface ListenerStats {
  framesHeard: number;
  silenceFrames: number;
  /** Not silence, in a DAVE channel, without E2EE. */
  framesPlain: number;
  /** Arrived while it was in the group, but it could not open them. */
  framesUndecryptable: number;
  /** RTP sequence numbers missing or repeated. */
  rtpGaps: number;
  rtpRepeats: number;
  /** Bad tag, nonce that did not rise, wrong header. */
  transportErrors: number;
}

export interface Listener {
  readonly userId: string;
  readonly channelId: string;
  readonly stats: Readonly<ListenerStats>;
  onFrame(listener: (frame: HeardFrame) => void): () => void;
  /**
   * Says one 20 ms Opus packet, end-to-end encrypted where the channel is; the caller keeps the pace. False when
   * nobody could have heard it: not yet in the group, muted, or audience of a stage.
   */
  speak(payload: Uint8Array): boolean;
  leave(): void;
}

export type VoiceMode = 'aead_aes256_gcm_rtpsize' | 'aead_xchacha20_poly1305_rtpsize';

/** The voice half. It knows channels and user ids, no guild rules: who may enter is decided before `open`. */
export interface VoiceServer {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** host:port for VOICE_SERVER_UPDATE. */
  readonly endpoint: string;
  /** A place for a bot's connection; the token goes into VOICE_SERVER_UPDATE. Replaces an earlier one of the same session. */
  open(place: VoicePlace): { token: string };
  /**
   * Ends a bot's voice websocket with a close code (4014 on kick or move away) and forgets its place.
   * Without `guildId`, in all guilds where this session has one.
   */
  close(sessionId: string, code: number, guildId?: string): void;
  /** Whether the others’ packets are sent to this session from now on. */
  setHears(sessionId: string, guildId: string, hears: boolean): void;
  /** Whether this session’s packets are sent to the others from now on. */
  setHeard(sessionId: string, guildId: string, heard: boolean): void;
  listen(channel: { channelId: string; daveVersion: 0 | 1 }, userId: string): Promise<Listener>;
  readonly faults: VoiceFaults;
}

export interface VoicePlace {
  guildId: string;
  channelId: string;
  userId: string;
  sessionId: string;
  daveVersion: 0 | 1;
  /** Whether the others’ packets are sent to it: not to a deafened bot, which is the default. */
  hears?: boolean;
  /** Whether its packets are sent to the others: not if it is muted or suppressed. Default true. */
  heard?: boolean;
}

export interface VoiceFaults {
  /** Closes the voice websocket of a bot in a guild with any code, keeping its place. */
  closeVoice(guildId: string, userId: string, code: number): void;
  /** Encryption modes offered from now on. */
  modes: VoiceMode[];
  /** Fraction of UDP packets from bots dropped, and the delay of the rest, applied before the listeners. */
  udp: { loss: number; delayMs: number };
  /** Sends a proposal of an epoch that is not the current one. */
  wrongEpochProposal(guildId: string, userId: string): void;
  /** Damages the next commit or Welcome that bot gets: it must recover by opcode 31 and a new key package. */
  corruptCommit(guildId: string, userId: string): void;
  /** From now on this bot's connection gets no message of the encrypted group: its group goes stale, silently. */
  withholdGroup(guildId: string, userId: string): void;
  /** Number of voice websockets accepted so far: shows rejoin storms. */
  readonly connectionCount: number;
}
