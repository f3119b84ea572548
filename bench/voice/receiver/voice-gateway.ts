/**
 * A voice server for load: signalling and the encrypted groups of the local Discord, one listener per channel, and
 * media that goes to a sink in another process. It decrypts only the samples that the sink hands on.
 */
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Certificate } from '@guildmesh/local-discord/voice/certificate';
import { createDaveyMember } from '@guildmesh/local-discord/voice/dave/davey-member';
import { ExternalSender } from '@guildmesh/local-discord/voice/dave/external-sender';
import { DaveGroup } from '@guildmesh/local-discord/voice/dave/group';
import type { GroupMember } from '@guildmesh/local-discord/voice/dave/group-member';
import type { ListenerMember } from '@guildmesh/local-discord/voice/dave/listener-member';
import { isSilence } from '@guildmesh/local-discord/voice/dave/media-frame';
import { Outbox } from '@guildmesh/local-discord/voice/gateway/outbox';
import { type ClientMessage, parseClientMessage } from '@guildmesh/local-discord/voice/gateway/payloads';
import { parseRtp } from '@guildmesh/local-discord/voice/udp/rtp';
import {
  createTransportCipher,
  type TransportCipher,
} from '@guildmesh/local-discord/voice/udp/transport-cipher';
import { VoiceOpcodes } from 'discord-api-types/voice/v8';
import { type WebSocket, WebSocketServer } from 'ws';
import { channelOf } from '../places.ts';

const mode = 'aead_aes256_gcm_rtpsize';
const heartbeatIntervalMs = 41_250;
const listenerUserId = '300000000000000001';

export interface Samples {
  /** Opened, through both layers where there are two. */
  good: number;
  silence: number;
  /** Not authentic, or sent without the end-to-end encryption it should have. */
  bad: number;
}

interface Seat {
  userId: string;
  open: TransportCipher | undefined;
  listener: ListenerMember | undefined;
}

export class VoiceGateway {
  readonly samples: Samples = { good: 0, silence: 0, bad: 0 };
  mediaPort = 0;
  readonly #externalSender = new ExternalSender();
  readonly #seats = new Map<number, Seat>();
  readonly #https;
  readonly #gateway: WebSocketServer;
  readonly #samplesIn = createSocket('udp4');
  #ssrc = 0;

  constructor({ certPem, keyPem }: Certificate) {
    this.#https = createServer({ cert: certPem, key: keyPem });
    this.#gateway = new WebSocketServer({ server: this.#https, maxPayload: 65_536 });
    this.#gateway.on('connection', (socket) => this.#greet(socket));
    this.#samplesIn.on('message', (datagram) => this.#sample(datagram));
  }

  async start(): Promise<{ endpoint: string; samplePort: number }> {
    this.#https.listen(0, '127.0.0.1');
    this.#samplesIn.bind(0, '127.0.0.1');
    await Promise.all([once(this.#https, 'listening'), once(this.#samplesIn, 'listening')]);
    const { port } = this.#https.address() as AddressInfo;
    return { endpoint: `127.0.0.1:${port}`, samplePort: this.#samplesIn.address().port };
  }

  #greet(socket: WebSocket): void {
    let answer: ((message: ClientMessage) => void) | undefined;
    socket.on('error', () => {});
    socket.on('message', (data: Buffer, isBinary) => {
      const message = parseClientMessage(data, isBinary);
      if ('closeCode' in message) socket.close(message.closeCode);
      else if (message.op === VoiceOpcodes.Heartbeat)
        socket.send(JSON.stringify({ op: VoiceOpcodes.HeartbeatAck, d: { t: message.d.t } }));
      else if (message.op === VoiceOpcodes.Identify)
        answer = this.#seat(socket, message.d.server_id, message.d.user_id, message.d.token === 'dave');
      else answer?.(message);
    });
    socket.send(
      JSON.stringify({ op: VoiceOpcodes.Hello, d: { v: 8, heartbeat_interval: heartbeatIntervalMs } }),
    );
  }

  #seat(socket: WebSocket, guildId: string, userId: string, dave: boolean): (message: ClientMessage) => void {
    const ssrc = ++this.#ssrc;
    const seat: Seat = { userId, open: undefined, listener: undefined };
    const outbox = new Outbox();
    const member: GroupMember = {
      userId,
      local: false,
      connected: true,
      sendJson: (op, data) => socket.send(outbox.json(op, data).data),
      sendBinary: (op, payload) => socket.send(outbox.binary(op, payload).data),
    };
    this.#seats.set(ssrc, seat);
    member.sendJson(VoiceOpcodes.Ready, { ssrc, ip: '127.0.0.1', port: this.mediaPort, modes: [mode] });
    const group = dave ? this.#createGroup(guildId, member, seat) : undefined;
    socket.once('close', () => {
      this.#seats.delete(ssrc);
      seat.listener?.close();
      group?.close();
    });
    return (message) => {
      if (message.op === VoiceOpcodes.SelectProtocol) {
        const key = randomBytes(32);
        seat.open = createTransportCipher(mode, key);
        const version = dave ? 1 : 0;
        const description = { mode, secret_key: [...key], dave_protocol_version: version };
        member.sendJson(VoiceOpcodes.SessionDescription, description);
        group?.join(member);
        if (seat.listener) group?.join(seat.listener);
      } else if (message.op === VoiceOpcodes.DaveMlsKeyPackage) group?.keyPackage(member, message.d);
      else if (message.op === VoiceOpcodes.DaveMlsCommitWelcome) group?.commitWelcome(member, message.d);
      else if (message.op === VoiceOpcodes.DaveTransitionReady)
        group?.transitionReady(member, message.d.transition_id);
    };
  }

  #createGroup(guildId: string, member: GroupMember, seat: Seat): DaveGroup {
    const channelId = channelOf(guildId);
    const group = new DaveGroup(channelId, {
      externalSender: this.#externalSender,
      onViolation: ({ where, problem }) => process.stderr.write(`${where}: ${problem}\n`),
      log: () => {},
    });
    const presentUserIds = () => [member.userId, listenerUserId];
    seat.listener = createDaveyMember({ userId: listenerUserId, channelId, inbox: group, presentUserIds });
    member.sendJson(VoiceOpcodes.ClientsConnect, { user_ids: [listenerUserId] });
    return group;
  }

  #sample(datagram: Buffer): void {
    const packet = parseRtp(datagram);
    const seat = typeof packet === 'string' ? undefined : this.#seats.get(packet.ssrc);
    if (!seat || typeof packet === 'string') return;
    try {
      const payload = seat.open?.(packet);
      if (!payload) throw new Error('media before the protocol was selected');
      if (isSilence(payload)) this.samples.silence++;
      else {
        seat.listener?.decrypt(seat.userId, payload);
        this.samples.good++;
      }
    } catch {
      this.samples.bad++;
    }
  }
}
