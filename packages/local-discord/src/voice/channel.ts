import { VoiceOpcodes } from 'discord-api-types/voice/v8';
import type { DaveGroup } from './dave/group.ts';
import type { VoiceSession } from './gateway/voice-session.ts';
import type { ChannelListener } from './listener.ts';
import type { SpokenPacket } from './speaker.ts';

/** One authentic packet of a speaker, transport encryption taken off. */
export interface MediaPacket {
  speakerId: string;
  sequence: number;
  timestamp: number;
  arrivedAtMs: number;
  /** An Opus packet, or a DAVE media frame around one. */
  payload: Buffer;
  gaps: number;
  repeated: boolean;
  problemCount: number;
}

/** The members of one voice channel: announces each to the others, and carries what bots send to the listeners. */
export class VoiceChannel {
  readonly id: string;
  readonly group: DaveGroup;
  readonly #sessions = new Set<VoiceSession>();
  readonly #listeners = new Set<ChannelListener>();

  constructor(id: string, group: DaveGroup) {
    this.id = id;
    this.group = group;
  }

  get empty(): boolean {
    return this.#sessions.size === 0 && this.#listeners.size === 0;
  }

  get listenerCount(): number {
    return this.#listeners.size;
  }

  userIds(): string[] {
    return [...this.#sessions, ...this.#listeners].map((someone) => someone.userId);
  }

  has(userId: string): boolean {
    return this.userIds().includes(userId);
  }

  /** After READY: clients overlook who is connected before. The group is joined later, by `group.join`. */
  enter(session: VoiceSession): void {
    const others = this.userIds().filter((userId) => userId !== session.userId);
    if (others.length > 0) session.sendJson(VoiceOpcodes.ClientsConnect, { user_ids: others });
    this.#announce(session.userId);
    this.#sessions.add(session);
    this.#agreeOnVersion();
  }

  exit(session: VoiceSession): void {
    if (!this.#sessions.delete(session)) return;
    this.#announceLeft(session.userId);
    this.group.leave(session);
    this.#agreeOnVersion();
  }

  addListener(listener: ChannelListener): void {
    this.#announce(listener.userId);
    this.#listeners.add(listener);
    this.#agreeOnVersion();
    if (listener.member !== undefined) this.group.join(listener.member);
  }

  removeListener(listener: ChannelListener): void {
    if (!this.#listeners.delete(listener)) return;
    this.#announceLeft(listener.userId);
    if (listener.member !== undefined) this.group.leave(listener.member);
    this.#agreeOnVersion();
  }

  /** Ends all listening and every wait; used when the server stops or nobody is left. */
  close(): void {
    for (const listener of [...this.#listeners]) listener.leave();
    this.group.close();
  }

  speaking(from: VoiceSession, flags: number): void {
    const data = { user_id: from.userId, ssrc: from.ssrc, speaking: flags };
    for (const session of this.#sessions) if (session !== from) session.sendJson(VoiceOpcodes.Speaking, data);
  }

  media(packet: MediaPacket): void {
    for (const listener of this.#listeners) listener.hear(packet, this.group.version);
  }

  /** What a person says: to every bot that hears, and to the other listeners. */
  spoken(packet: SpokenPacket): void {
    for (const session of this.#sessions) session.hear(packet);
    const { speakerId, sequence, timestamp, payload } = packet;
    const arrivedAtMs = performance.timeOrigin + performance.now();
    const media = { speakerId, sequence, timestamp, arrivedAtMs, payload };
    for (const listener of this.#listeners) {
      if (listener.userId === speakerId) continue;
      listener.hear({ ...media, gaps: 0, repeated: false, problemCount: 0 }, this.group.version);
    }
  }

  badDatagram(): void {
    for (const listener of this.#listeners) listener.countTransportError();
  }

  /** Encrypted only as long as everyone in the channel speaks DAVE. */
  #agreeOnVersion(): void {
    const versions = [
      ...[...this.#sessions].map((session) => session.place.daveVersion),
      ...[...this.#listeners].map((listener) => listener.daveVersion),
    ];
    if (versions.length > 0) this.group.setVersion(versions.includes(0) ? 0 : 1);
  }

  #announce(userId: string): void {
    for (const session of this.#sessions) {
      if (session.userId !== userId) session.sendJson(VoiceOpcodes.ClientsConnect, { user_ids: [userId] });
    }
  }

  #announceLeft(userId: string): void {
    // A bot that redialled is still here with its new session.
    if (this.has(userId)) return;
    for (const session of this.#sessions) {
      session.sendJson(VoiceOpcodes.ClientDisconnect, { user_id: userId });
    }
  }
}
