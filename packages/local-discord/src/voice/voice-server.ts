import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Violation } from '../contract.ts';
import { listeningPort } from '../listening-port.ts';
import type { Certificate } from './certificate.ts';
import { VoiceChannel } from './channel.ts';
import type { Listener, VoiceFaults, VoiceMode, VoicePlace, VoiceServer } from './contract.ts';
import { createDaveyMember } from './dave/davey-member.ts';
import { ExternalSender } from './dave/external-sender.ts';
import { DaveGroup } from './dave/group.ts';
import type { CreateListenerMember } from './dave/listener-member.ts';
import { playgroundVoiceErrors } from './errors.ts';
import { acceptSocket } from './gateway/front-door.ts';
import type { Identify, Resume } from './gateway/payloads.ts';
import { VoiceSession } from './gateway/voice-session.ts';
import { connectionsMax, gatewayPayloadBytesMax, listenersPerChannelMax } from './limits.ts';
import { ChannelListener } from './listener.ts';
import { type OpenPlace, Places } from './places.ts';
import { MediaSocket } from './udp/media-socket.ts';
import { voiceModes } from './udp/transport-cipher.ts';

export interface VoiceServerInit {
  certificate: Certificate;
  /** IPv4 address that clients get. Default 127.0.0.1. */
  host?: string;
  onViolation: (violation: Violation) => void;
  log?: (line: string) => void;
  /** How listeners take part in the encrypted group. Default: with davey. */
  createMember?: CreateListenerMember;
}

export function createVoiceServer(init: VoiceServerInit): VoiceServer {
  return new LocalVoiceServer(init);
}

class LocalVoiceServer implements VoiceServer {
  readonly #init: Required<VoiceServerInit>;
  readonly #externalSender = new ExternalSender();
  readonly #places = new Places();
  readonly #channels = new Map<string, VoiceChannel>();
  readonly #sessions = new Map<number, VoiceSession>();
  readonly #sockets: MediaSocket;
  readonly #https: Server;
  readonly #gateway: WebSocketServer;
  #running = false;
  #ssrc = 0;
  #connectionCount = 0;
  #modes: VoiceMode[] = [...voiceModes];
  #udpFaults = { loss: 0, delayMs: 0 };

  constructor(init: VoiceServerInit) {
    this.#init = { host: '127.0.0.1', log: () => {}, createMember: createDaveyMember, ...init };
    const { certificate, onViolation } = this.#init;
    this.#https = createServer({ cert: certificate.certPem, key: certificate.keyPem });
    this.#gateway = new WebSocketServer({ server: this.#https, maxPayload: gatewayPayloadBytesMax });
    this.#sockets = new MediaSocket(
      { clientOf: (ssrc) => this.#sessions.get(ssrc), faults: () => this.#udpFaults, onViolation },
      this.#init.host,
    );
  }

  async start(): Promise<void> {
    await this.#sockets.start();
    this.#https.listen(0, this.#init.host);
    await once(this.#https, 'listening');
    this.#gateway.on('connection', (socket, request) => {
      this.#connectionCount += 1;
      if (this.#gateway.clients.size > connectionsMax) return socket.close(1013, 'too many connections');
      acceptSocket(
        {
          identify: (message, from) => this.#identify(message, from),
          resume: (message, from) => this.#resume(message, from),
          onViolation: this.#init.onViolation,
          log: this.#init.log,
        },
        socket,
        request,
      );
    });
    this.#running = true;
  }

  async stop(): Promise<void> {
    this.#running = false;
    for (const session of [...this.#sessions.values()]) session.end(1001);
    for (const opened of this.#places.all()) this.#places.forget(opened);
    for (const channel of this.#channels.values()) channel.close();
    for (const socket of this.#gateway.clients) socket.terminate();
    this.#gateway.close();
    if (this.#https.listening) {
      this.#https.close();
      this.#https.closeAllConnections();
      await once(this.#https, 'close');
    }
    await this.#sockets.stop();
  }

  get endpoint(): string {
    this.#requireRunning();
    return `${this.#init.host}:${listeningPort(this.#https)}`;
  }

  open(place: VoicePlace): { token: string } {
    this.#requireRunning();
    return { token: this.#places.open(place).token };
  }

  close(sessionId: string, code: number, guildId?: string): void {
    for (const opened of this.#places.withSession(sessionId)) {
      if (guildId !== undefined && opened.place.guildId !== guildId) continue;
      this.#places.forget(opened);
      opened.session?.end(code);
    }
  }

  setHears(sessionId: string, guildId: string, hears: boolean): void {
    for (const { place } of this.#places.withSession(sessionId))
      if (place.guildId === guildId) place.hears = hears;
  }

  setHeard(sessionId: string, guildId: string, heard: boolean): void {
    for (const { place } of this.#places.withSession(sessionId))
      if (place.guildId === guildId) place.heard = heard;
  }

  async listen(where: { channelId: string; daveVersion: 0 | 1 }, userId: string): Promise<Listener> {
    this.#requireRunning();
    const channel = this.#channel(where.channelId);
    if (channel.has(userId)) {
      throw playgroundVoiceErrors.PLAYGROUND_VOICE_ALREADY_LISTENING({ userId, channelId: where.channelId });
    }
    if (channel.listenerCount >= listenersPerChannelMax) {
      const what = 'listeners in one channel';
      throw playgroundVoiceErrors.PLAYGROUND_VOICE_FULL({ what, max: listenersPerChannelMax });
    }
    const { createMember, log } = this.#init;
    const seat = {
      userId,
      channelId: channel.id,
      inbox: channel.group,
      presentUserIds: () => channel.userIds(),
    };
    const listener = new ChannelListener({
      userId,
      ...where,
      member: where.daveVersion === 1 ? createMember(seat) : undefined,
      ssrc: this.#nextSsrc(),
      onSpoken: (packet) => channel.spoken(packet),
      onLeave: (leaving) => {
        channel.removeListener(leaving);
        this.#forgetIfEmpty(channel);
      },
      log,
    });
    channel.addListener(listener);
    return listener;
  }

  get faults(): VoiceFaults {
    return this.#faults;
  }

  readonly #faults: VoiceFaults = this.#createFaults();

  #createFaults(): VoiceFaults {
    const server = this;
    return {
      closeVoice: (guildId, userId, code) => this.#sessionOf(guildId, userId).closeSocket(code),
      wrongEpochProposal: (guildId, userId) => {
        const session = this.#sessionOf(guildId, userId);
        session.channel.group.proposeForWrongEpoch(session);
      },
      corruptCommit: (guildId, userId) => {
        const session = this.#sessionOf(guildId, userId);
        session.channel.group.corruptNext(session);
      },
      withholdGroup: (guildId, userId) => this.#sessionOf(guildId, userId).withholdGroup(),
      get modes() {
        return server.#modes;
      },
      set modes(modes) {
        server.#modes = modes;
      },
      get udp() {
        return server.#udpFaults;
      },
      set udp(faults) {
        server.#udpFaults = faults;
      },
      get connectionCount() {
        return server.#connectionCount;
      },
    };
  }

  #identify(request: Identify, socket: WebSocket): VoiceSession | number {
    const opened = this.#places.check(request);
    if (typeof opened === 'number') return opened;
    if (opened.place.daveVersion > request.max_dave_protocol_version) return 4017;
    const channel = this.#channel(opened.place.channelId);
    const session = new VoiceSession(
      {
        channel,
        onViolation: this.#init.onViolation,
        onEnd: (ended) => this.#onEnd(ended),
        send: (datagram, remote) => this.#sockets.send(datagram, remote),
      },
      {
        place: opened.place,
        ssrc: this.#nextSsrc(),
        udp: { ip: this.#init.host, port: this.#sockets.port },
        modes: [...this.#modes],
      },
    );
    const earlier = opened.session;
    opened.session = session;
    this.#sessions.set(session.ssrc, session);
    session.begin(socket);
    // Only now, so that the channel never looks empty in between.
    earlier?.end(4014);
    return session;
  }

  #resume(request: Resume, socket: WebSocket): VoiceSession | number {
    const opened: OpenPlace | number = this.#places.check(request);
    // A new place has a new token: the old session cannot be taken up in it.
    if (typeof opened === 'number') return opened === 4004 ? 4006 : opened;
    return opened.session?.resume(socket, request.seq_ack) ? opened.session : 4006;
  }

  #onEnd(session: VoiceSession): void {
    this.#sessions.delete(session.ssrc);
    for (const opened of this.#places.all()) if (opened.session === session) opened.session = undefined;
    this.#forgetIfEmpty(session.channel);
  }

  #channel(channelId: string): VoiceChannel {
    const known = this.#channels.get(channelId);
    if (known !== undefined) return known;
    const { onViolation, log } = this.#init;
    const group = new DaveGroup(channelId, { externalSender: this.#externalSender, onViolation, log });
    const channel = new VoiceChannel(channelId, group);
    this.#channels.set(channelId, channel);
    return channel;
  }

  #forgetIfEmpty(channel: VoiceChannel): void {
    if (!channel.empty) return;
    channel.close();
    this.#channels.delete(channel.id);
  }

  #sessionOf(guildId: string, userId: string): VoiceSession {
    const session = this.#places
      .ofBot(guildId, userId)
      .find((opened) => opened.session !== undefined)?.session;
    if (session === undefined)
      throw playgroundVoiceErrors.PLAYGROUND_VOICE_NOT_CONNECTED({ guildId, userId });
    return session;
  }

  #nextSsrc(): number {
    this.#ssrc += 1;
    return this.#ssrc;
  }

  #requireRunning(): void {
    if (!this.#running) throw playgroundVoiceErrors.PLAYGROUND_VOICE_NOT_RUNNING();
  }
}
