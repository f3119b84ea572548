/** One gateway websocket: what the client may send, when, how often, and how it is refused. */
import { GatewayCloseCodes as Close, GatewayOpcodes as Op } from 'discord-api-types/v10';
import type { RawData, WebSocket } from 'ws';
import type { Timing } from '../timing.ts';
import type { World } from '../world/world.ts';
import { privilegedIntents } from './dispatch.ts';
import { type Gateway, sendOp } from './gateway.ts';
import { sendMembers } from './members.ts';
import type { Session } from './session.ts';

export const sendsPerWindowMax = 120;
/** Discord closes with 4002 beyond this. */
export const payloadBytesMax = 4_096;
const intentsMax = 2 ** 26;

export interface ConnectionComponents {
  gateway: Gateway;
  world: World;
  timing: Timing;
  /** op 4 */
  voiceStateUpdate: (botId: string, request: VoiceRequest) => void;
  violate: (problem: string) => void;
}

export interface VoiceRequest {
  guildId: string;
  channelId: string | null;
  selfMute: boolean;
  selfDeaf: boolean;
}

/** Ends the connection with a close code; `violation` says what the client did that it never should. */
class Refused extends Error {
  readonly code: Close;
  readonly violation: string | undefined;

  constructor(code: Close, reason: string, violation?: string) {
    super(reason);
    this.code = code;
    this.violation = violation;
  }
}

// biome-ignore lint/suspicious/noExplicitAny: unchecked JSON of the client; every use below checks what it reads
type Unchecked = any;

export function serveConnection(components: ConnectionComponents, socket: WebSocket): void {
  new Connection(components, socket).serve();
}

class Connection {
  readonly #components: ConnectionComponents;
  readonly #socket: WebSocket;
  #session: Session | undefined;
  #sentAtMs: number[] = [];
  #zombie: NodeJS.Timeout | undefined;

  constructor(components: ConnectionComponents, socket: WebSocket) {
    this.#components = components;
    this.#socket = socket;
  }

  serve(): void {
    const { timing, gateway } = this.#components;
    const socket = this.#socket;
    const unidentified = setTimeout(() => {
      if (!this.#session) socket.close(Close.SessionTimedOut, 'Session timed out.');
    }, timing.identifyMs);
    this.#expectHeartbeat();
    sendOp(socket, Op.Hello, { heartbeat_interval: timing.heartbeatIntervalMs, _trace: [] });
    socket.on('message', (data) => this.#receive(data));
    // A broken connection also emits `close`.
    socket.on('error', () => {});
    socket.on('close', (code) => {
      clearTimeout(this.#zombie);
      clearTimeout(unidentified);
      // 1000 and 1001 by the client end the session at once.
      if (this.#session) gateway.detach(this.#session, socket, code === 1000 || code === 1001);
    });
  }

  #receive(data: RawData): void {
    try {
      this.#countSend();
      const { op, d } = decode(data);
      this.#handle(op, d);
    } catch (error) {
      // Any other error comes from a payload whose parts are malformed.
      const refused =
        error instanceof Refused ? error : undecodable('a payload with fields of the wrong kind');
      if (refused.violation) this.#components.violate(refused.violation);
      this.#socket.close(refused.code, refused.message);
    }
  }

  #handle(op: unknown, d: Unchecked): void {
    switch (op) {
      case Op.Heartbeat:
        this.#expectHeartbeat();
        sendOp(this.#socket, Op.HeartbeatAck, null);
        break;
      case Op.Identify:
        this.#identify(d);
        break;
      case Op.Resume:
        this.#resume(d);
        break;
      case Op.PresenceUpdate:
        this.#identified();
        break;
      case Op.VoiceStateUpdate:
        this.#voiceState(this.#identified(), d);
        break;
      case Op.RequestGuildMembers:
        sendMembers(this.#components.world, this.#identified(), d);
        break;
      default:
        throw new Refused(Close.UnknownOpcode, 'Unknown opcode.', `unknown gateway op ${String(op)}`);
    }
  }

  #identify(d: Unchecked): void {
    if (this.#session) throw new Refused(Close.AlreadyAuthenticated, 'Already authenticated.');
    const bot = this.#components.world.botByToken(tokenOf(d));
    if (!bot) throw new Refused(Close.AuthenticationFailed, 'Authentication failed.');
    const { intents, shard = [0, 1], properties } = d;
    if (!Number.isInteger(intents) || intents < 0 || intents >= intentsMax) {
      throw new Refused(Close.InvalidIntents, 'Invalid intents.');
    }
    if (intents & privilegedIntents && !bot.privilegedIntents) {
      throw new Refused(Close.DisallowedIntents, 'Disallowed intents.');
    }
    if (!isShard(shard)) throw new Refused(Close.InvalidShard, 'Invalid shard.');
    if (typeof properties !== 'object') throw undecodable('IDENTIFY without properties');
    this.#session = this.#components.gateway.identify(bot, intents, shard, this.#socket);
  }

  #resume(d: Unchecked): void {
    if (this.#session) throw new Refused(Close.AlreadyAuthenticated, 'Already authenticated.');
    const token = tokenOf(d);
    if (!this.#components.world.botByToken(token))
      throw new Refused(Close.AuthenticationFailed, 'Authentication failed.');
    this.#session = this.#components.gateway.resume(String(d.session_id), token, Number(d.seq), this.#socket);
    if (!this.#session) sendOp(this.#socket, Op.InvalidSession, false);
  }

  #voiceState(session: Session, d: Unchecked): void {
    const { guild_id: guildId, channel_id: channelId } = d;
    if (typeof guildId !== 'string' || (typeof channelId !== 'string' && channelId !== null)) {
      throw undecodable(`op 4 with guild_id ${String(guildId)} and channel_id ${String(channelId)}`);
    }
    this.#components.voiceStateUpdate(session.bot.id, {
      guildId,
      channelId,
      selfMute: d.self_mute === true,
      selfDeaf: d.self_deaf === true,
    });
  }

  #identified(): Session {
    if (!this.#session) throw new Refused(Close.NotAuthenticated, 'Not authenticated.');
    return this.#session;
  }

  #countSend(): void {
    const now = Date.now();
    this.#sentAtMs = this.#sentAtMs.filter((at) => now - at < this.#components.timing.gatewayWindowMs);
    this.#sentAtMs.push(now);
    if (this.#sentAtMs.length > sendsPerWindowMax) {
      const violation = `more than ${sendsPerWindowMax} gateway sends in a window`;
      throw new Refused(Close.RateLimited, 'Rate limited.', violation);
    }
  }

  /** Half an interval of grace: the first beat comes after a random part of one. */
  #expectHeartbeat(): void {
    clearTimeout(this.#zombie);
    const timeout = () => this.#socket.close(Close.SessionTimedOut, 'Session timed out.');
    this.#zombie = setTimeout(timeout, this.#components.timing.heartbeatIntervalMs * 1.5);
  }
}

function decode(data: RawData): { op: unknown; d: Unchecked } {
  const text = data.toString();
  if (Buffer.byteLength(text) > payloadBytesMax) throw undecodable(`a payload over ${payloadBytesMax} bytes`);
  try {
    return JSON.parse(text);
  } catch {
    throw undecodable('a payload that is not JSON');
  }
}

function undecodable(violation: string): Refused {
  return new Refused(Close.DecodeError, 'Error while decoding payload.', violation);
}

function tokenOf(d: Unchecked): string {
  return String(d?.token).replace(/^Bot /, '');
}

function isShard(shard: unknown): shard is [number, number] {
  if (!Array.isArray(shard) || shard.length !== 2) return false;
  const [id, count]: unknown[] = shard;
  if (typeof id !== 'number' || typeof count !== 'number') return false;
  return Number.isInteger(id) && Number.isInteger(count) && id >= 0 && count >= 1 && id < count;
}
