/** One gateway websocket: what the client may send, when, how often, and how it is refused. */
import { GatewayCloseCodes as Close, GatewayOpcodes as Op } from 'discord-api-types/v10';
import type { RawData, WebSocket } from 'ws';
import type { Timing } from '../timing.ts';
import type { World } from '../world/world.ts';
import { PRIVILEGED_INTENTS } from './dispatch.ts';
import { type Gateway, sendOp } from './gateway.ts';
import { sendMembers } from './members.ts';
import type { Session } from './session.ts';

export const SENDS_PER_WINDOW_MAX = 120;
/** Discord closes with 4002 beyond this. */
export const PAYLOAD_BYTES_MAX = 4_096;
const INTENTS_MAX = 2 ** 26;

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

// biome-ignore lint/suspicious/noExplicitAny: unchecked JSON of the client; every use below checks what it reads
type Unchecked = any;

export function serveConnection(components: ConnectionComponents, socket: WebSocket): void {
  const { gateway, timing, violate } = components;
  let session: Session | undefined;
  let sentAtMs: number[] = [];
  let zombie: NodeJS.Timeout;

  function close(code: Close, reason: string): void {
    socket.close(code, reason);
  }

  function expectHeartbeat(): void {
    clearTimeout(zombie);
    // Half an interval of grace: the first beat comes after a random part of one.
    zombie = setTimeout(
      () => close(Close.SessionTimedOut, 'Session timed out.'),
      timing.heartbeatIntervalMs * 1.5,
    );
  }

  function tooMany(): boolean {
    const now = Date.now();
    sentAtMs = sentAtMs.filter((at) => now - at < timing.gatewayWindowMs);
    sentAtMs.push(now);
    return sentAtMs.length > SENDS_PER_WINDOW_MAX;
  }

  function identify(d: Unchecked): void {
    if (session) return close(Close.AlreadyAuthenticated, 'Already authenticated.');
    const bot =
      typeof d?.token === 'string' ? components.world.botByToken(d.token.replace(/^Bot /, '')) : undefined;
    if (!bot) return close(Close.AuthenticationFailed, 'Authentication failed.');
    const intents: unknown = d.intents;
    if (!Number.isInteger(intents) || (intents as number) < 0 || (intents as number) >= INTENTS_MAX) {
      return close(Close.InvalidIntents, 'Invalid intents.');
    }
    if ((intents as number) & PRIVILEGED_INTENTS && !bot.privilegedIntents) {
      return close(Close.DisallowedIntents, 'Disallowed intents.');
    }
    const shard = d.shard ?? [0, 1];
    if (!isShard(shard)) return close(Close.InvalidShard, 'Invalid shard.');
    if (typeof d.properties !== 'object') violate('IDENTIFY without properties');
    session = gateway.identify(bot, intents as number, shard, socket);
  }

  function resume(d: Unchecked): void {
    if (session) return close(Close.AlreadyAuthenticated, 'Already authenticated.');
    if (!components.world.botByToken(String(d?.token).replace(/^Bot /, ''))) {
      return close(Close.AuthenticationFailed, 'Authentication failed.');
    }
    session = gateway.resume(
      String(d.session_id),
      String(d.token).replace(/^Bot /, ''),
      Number(d.seq),
      socket,
    );
    if (!session) sendOp(socket, Op.InvalidSession, false);
  }

  function voiceState(own: Session, d: Unchecked): void {
    const channelId: unknown = d?.channel_id;
    if (typeof d?.guild_id !== 'string' || (typeof channelId !== 'string' && channelId !== null)) {
      violate(`op 4 with guild_id ${String(d?.guild_id)} and channel_id ${String(channelId)}`);
      return close(Close.DecodeError, 'Error while decoding payload.');
    }
    components.voiceStateUpdate(own.bot.id, {
      guildId: d.guild_id,
      channelId,
      selfMute: d.self_mute === true,
      selfDeaf: d.self_deaf === true,
    });
  }

  function handle(op: unknown, d: Unchecked): void {
    if (op === Op.Heartbeat) {
      expectHeartbeat();
      return sendOp(socket, Op.HeartbeatAck, null);
    }
    if (op === Op.Identify) return identify(d);
    if (op === Op.Resume) return resume(d);
    if (op !== Op.PresenceUpdate && op !== Op.VoiceStateUpdate && op !== Op.RequestGuildMembers) {
      violate(`unknown gateway op ${String(op)}`);
      return close(Close.UnknownOpcode, 'Unknown opcode.');
    }
    if (!session) return close(Close.NotAuthenticated, 'Not authenticated.');
    if (op === Op.VoiceStateUpdate) voiceState(session, d);
    if (op === Op.RequestGuildMembers) sendMembers(components.world, session, d);
  }

  const unidentified = setTimeout(() => {
    if (!session) close(Close.SessionTimedOut, 'Session timed out.');
  }, timing.identifyMs);
  expectHeartbeat();
  sendOp(socket, Op.Hello, { heartbeat_interval: timing.heartbeatIntervalMs, _trace: [] });

  socket.on('message', (data) => {
    if (tooMany()) {
      violate(`more than ${SENDS_PER_WINDOW_MAX} gateway sends in a window`);
      return close(Close.RateLimited, 'Rate limited.');
    }
    const payload = decode(data);
    if (!payload) {
      violate('gateway payload that is not a JSON object of at most 4096 bytes');
      return close(Close.DecodeError, 'Error while decoding payload.');
    }
    handle(payload.op, payload.d);
  });
  socket.on('error', () => {});
  socket.on('close', (code) => {
    clearTimeout(zombie);
    clearTimeout(unidentified);
    // 1000 and 1001 by the client end the session at once.
    if (session) gateway.detach(session, socket, code === 1000 || code === 1001);
  });
}

function decode(data: RawData): { op: unknown; d: Unchecked } | undefined {
  const text = data.toString();
  if (Buffer.byteLength(text) > PAYLOAD_BYTES_MAX) return undefined;
  try {
    const payload: unknown = JSON.parse(text);
    return typeof payload === 'object' && payload !== null
      ? (payload as { op: unknown; d: Unchecked })
      : undefined;
  } catch {
    return undefined;
  }
}

function isShard(shard: unknown): shard is [number, number] {
  if (!Array.isArray(shard) || shard.length !== 2 || !shard.every(Number.isInteger)) return false;
  const [id, count] = shard as [number, number];
  return id >= 0 && count >= 1 && id < count;
}
