import { randomBytes } from 'node:crypto';
import { VoiceOpcodes } from 'discord-api-types/voice/v8';
import type { WebSocket } from 'ws';
import type { VoiceChannel } from '../channel.ts';
import type { VoiceMode, VoicePlace } from '../contract.ts';
import type { GroupMember } from '../dave/group-member.ts';
import { packetsBeforeSpeakingMax, resumeWindowMs } from '../limits.ts';
import type { SpokenPacket } from '../speaker.ts';
import type { MediaClient } from '../udp/media-socket.ts';
import { PacketChecks } from '../udp/packet-checks.ts';
import { type RtpPacket, rtpHeader } from '../udp/rtp.ts';
import {
  createTransportCipher,
  createTransportSealer,
  type TransportCipher,
  type TransportSealer,
} from '../udp/transport-cipher.ts';
import { Outbox } from './outbox.ts';
import type { ClientMessage, SelectProtocol } from './payloads.ts';

export interface VoiceSessionComponents {
  channel: VoiceChannel;
  onViolation: (violation: { where: string; problem: string }) => void;
  /** The session is over for good. */
  onEnd: (session: VoiceSession) => void;
  send: (datagram: Buffer, remote: { address: string; port: number }) => void;
}

export interface VoiceSessionInit {
  place: VoicePlace;
  ssrc: number;
  udp: { ip: string; port: number };
  modes: VoiceMode[];
}

/** A bot in a voice channel: outlives its websocket while that may be resumed. */
export class VoiceSession implements GroupMember, MediaClient {
  readonly userId: string;
  readonly local = false;
  readonly ssrc: number;
  readonly place: VoicePlace;
  remote: MediaClient['remote'];
  readonly #components: VoiceSessionComponents;
  readonly #init: VoiceSessionInit;
  readonly #outbox = new Outbox();
  readonly #checks = new PacketChecks();
  #socket: WebSocket | undefined;
  #cipher: TransportCipher | undefined;
  #sealer: TransportSealer | undefined;
  /** Members announced to it by Speaking: without that a client can't tell whose packets come. */
  readonly #introduced = new Set<number>();
  #resumeTimer: NodeJS.Timeout | undefined;
  #packetCount = 0;
  #hasSpoken = false;
  #groupWithheld = false;
  #ended = false;

  constructor(components: VoiceSessionComponents, init: VoiceSessionInit) {
    this.#components = components;
    this.#init = init;
    this.place = init.place;
    this.userId = init.place.userId;
    this.ssrc = init.ssrc;
  }

  get channel(): VoiceChannel {
    return this.#components.channel;
  }

  get connected(): boolean {
    return this.#socket !== undefined;
  }

  /** Answers IDENTIFY and enters the channel. */
  begin(socket: WebSocket): void {
    this.#socket = socket;
    const { ssrc, udp, modes } = this.#init;
    this.sendJson(VoiceOpcodes.Ready, { ssrc, ip: udp.ip, port: udp.port, modes });
    this.#components.channel.enter(this);
  }

  /** Answers RESUME: false when messages the client missed are no longer kept. */
  resume(socket: WebSocket, sequenceAck: number): boolean {
    const missed = this.#outbox.after(sequenceAck);
    if (missed === undefined || this.#cipher === undefined || this.#ended) return false;
    clearTimeout(this.#resumeTimer);
    this.#socket?.close(4006, 'resumed elsewhere');
    this.#socket = socket;
    for (const { data } of missed) socket.send(data);
    this.sendJson(VoiceOpcodes.Resumed, null);
    this.#components.channel.group.resumed(missed.some(({ data }) => typeof data !== 'string'));
    return true;
  }

  /** Its websocket closed, with or without a fault. */
  onClose(socket: WebSocket, code: number): void {
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    // 1000 is how clients leave. Codes from 4000 on end a session, but for "the server crashed".
    const resumable = this.#cipher !== undefined && code !== 1000 && (code < 4000 || code === 4015);
    if (resumable) this.#resumeTimer = setTimeout(() => this.end(4009), resumeWindowMs);
    else this.end(code);
  }

  /** Leaves the channel for good. */
  end(code: number): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#resumeTimer);
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket !== undefined) closeSocket(socket, code);
    this.#components.channel.exit(this);
    this.#components.onEnd(this);
  }

  /** Closes the websocket only, as if something between here and the client had. */
  closeSocket(code: number): void {
    if (this.#socket !== undefined) closeSocket(this.#socket, code);
  }

  /** Fault: the group's messages are lost on the way, and nobody notices. */
  withholdGroup(): void {
    this.#groupWithheld = true;
  }

  acknowledge(sequence: number): void {
    this.#outbox.acknowledge(sequence);
  }

  sendJson(op: VoiceOpcodes, data: object | null): void {
    if (this.#groupWithheld && op >= VoiceOpcodes.DavePrepareTransition) return;
    this.#socketSend(this.#outbox.json(op, data).data);
  }

  sendBinary(op: VoiceOpcodes, payload: Uint8Array): void {
    if (this.#groupWithheld) {
      if (op === VoiceOpcodes.DaveMlsAnnounceCommitTransition) this.#seemReady(payload);
      return;
    }
    this.#socketSend(this.#outbox.binary(op, payload).data);
  }

  /** Any message after IDENTIFY or RESUME; answers the code to close with when it is out of place. */
  onMessage(message: ClientMessage): number | undefined {
    const { channel } = this.#components;
    if (message.op === VoiceOpcodes.SelectProtocol) return this.#selectProtocol(message.d);
    if (message.op === VoiceOpcodes.Speaking) {
      if (message.d.ssrc !== this.ssrc) this.#violation(`speaks with ssrc ${message.d.ssrc}, not its own`);
      this.#hasSpoken = true;
      channel.speaking(this, message.d.speaking);
    } else if (message.op === VoiceOpcodes.DaveMlsKeyPackage) channel.group.keyPackage(this, message.d);
    else if (message.op === VoiceOpcodes.DaveMlsCommitWelcome) channel.group.commitWelcome(this, message.d);
    else if (message.op === VoiceOpcodes.DaveTransitionReady) {
      channel.group.transitionReady(this, message.d.transition_id);
    } else if (message.op === VoiceOpcodes.DaveMlsInvalidCommitWelcome) {
      channel.group.invalidCommitWelcome(this, message.d.transition_id);
    } else return 4005;
    return undefined;
  }

  onPacket(packet: RtpPacket, arrivedAtMs: number): void {
    const payload = this.#open(packet);
    if (payload === undefined) return;
    const { gaps, repeated, problems } = this.#checks.check(packet);
    this.#packetCount += 1;
    if (!this.#hasSpoken && this.#packetCount === packetsBeforeSpeakingMax) {
      problems.push(`${this.#packetCount} packets without Speaking`);
    }
    for (const problem of problems) this.#violation(problem);
    if (this.place.heard === false) return;
    this.#components.channel.media({
      speakerId: this.userId,
      sequence: packet.sequence,
      timestamp: packet.timestamp,
      arrivedAtMs,
      payload,
      gaps,
      repeated,
      problemCount: problems.length,
    });
  }

  /** Sends what somebody else says, unless this bot is deaf or not there yet. */
  hear(packet: SpokenPacket): void {
    if (!this.place.hears || !this.#sealer || !this.remote || packet.speakerId === this.userId) return;
    if (!this.#introduced.has(packet.ssrc)) {
      this.#introduced.add(packet.ssrc);
      const { speakerId, ssrc } = packet;
      this.sendJson(VoiceOpcodes.Speaking, { user_id: speakerId, ssrc, speaking: 1 });
    }
    this.#components.send(this.#sealer(rtpHeader(packet), packet.payload), this.remote);
  }

  onBadDatagram(problem: string): void {
    this.#violation(problem);
    this.#components.channel.badDatagram();
  }

  #open(packet: RtpPacket): Buffer | undefined {
    try {
      if (this.#cipher !== undefined) return this.#cipher(packet);
      this.onBadDatagram('arrives before the protocol was selected');
    } catch {
      this.onBadDatagram(`sequence ${packet.sequence} does not authenticate`);
    }
    return undefined;
  }

  #selectProtocol({ protocol, data }: SelectProtocol): number | undefined {
    if (protocol !== 'udp') return 4012;
    const mode = this.#init.modes.find((offered) => offered === data.mode);
    if (mode === undefined) return 4016;
    if (this.#cipher !== undefined) return 4005;
    if (data.port !== this.remote?.port) this.#violation(`selects port ${data.port}, not the discovered one`);
    const key = randomBytes(32);
    this.#cipher = createTransportCipher(mode, key);
    this.#sealer = createTransportSealer(mode, key);
    const { channel } = this.#components;
    this.sendJson(VoiceOpcodes.SessionDescription, {
      mode,
      secret_key: [...key],
      dave_protocol_version: channel.group.version,
    });
    channel.group.join(this);
    return undefined;
  }

  /** The others go on without waiting for it. */
  #seemReady(announcement: Uint8Array): void {
    const transitionId = Buffer.from(announcement).readUInt16BE(0);
    queueMicrotask(() => this.channel.group.transitionReady(this, transitionId));
  }

  #socketSend(data: string | Buffer): void {
    // What cannot be sent now stays in the outbox for a resume.
    if (this.#socket?.readyState === this.#socket?.OPEN) this.#socket?.send(data);
  }

  #violation(problem: string): void {
    const { guildId, userId } = this.place;
    this.#components.onViolation({ where: `voice of bot ${userId} in guild ${guildId}`, problem });
  }
}

/** 1005, 1006 and 1015 are never sent: they are what a client sees when the line breaks. */
function closeSocket(socket: WebSocket, code: number): void {
  if (code === 1005) socket.close();
  else if (code === 1006 || code === 1015) socket.terminate();
  else socket.close(code);
}
