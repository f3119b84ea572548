import type { IncomingMessage } from 'node:http';
import { VoiceOpcodes } from 'discord-api-types/voice/v8';
import type { WebSocket } from 'ws';
import { heartbeatIntervalMs, heartbeatTimeoutMs, identifyTimeoutMs } from '../limits.ts';
import { type ClientMessage, type Identify, parseClientMessage, type Resume } from './payloads.ts';
import type { VoiceSession } from './voice-session.ts';

const gatewayVersion = '8';

export interface FrontDoorComponents {
  /** The session, or the code to close with. */
  identify: (request: Identify, socket: WebSocket) => VoiceSession | number;
  resume: (request: Resume, socket: WebSocket) => VoiceSession | number;
  onViolation: (violation: { where: string; problem: string }) => void;
  log: (line: string) => void;
}

/** One websocket from its opening to its end: greets, checks who it is, then hands messages to its session. */
export function acceptSocket(
  components: FrontDoorComponents,
  socket: WebSocket,
  request: IncomingMessage,
): void {
  let session: VoiceSession | undefined;
  let timer = setTimeout(() => socket.close(4009, 'identify in time'), identifyTimeoutMs);

  socket.on('message', (data: Buffer, isBinary) => {
    const message = parseClientMessage(data, isBinary);
    if ('closeCode' in message) refuse(message.closeCode, message.problem);
    else if (message.op === VoiceOpcodes.Heartbeat) heartbeat(message.d.t, message.d.seq_ack);
    else {
      const code = session === undefined ? greet(message) : session.onMessage(message);
      if (code !== undefined) refuse(code, `opcode ${message.op} is not acceptable here`);
    }
  });
  socket.on('close', (code) => {
    clearTimeout(timer);
    components.log(`voice websocket closed with ${code}`);
    session?.onClose(socket, code);
  });
  // A broken frame ends in a close, which is handled above.
  socket.on('error', (error) => components.log(`voice websocket: ${error.message}`));

  const version = new URL(request.url ?? '/', 'wss://localhost').searchParams.get('v');
  if (version !== gatewayVersion) {
    refuse(4020, `voice gateway version is ${version}, not 8`);
    return;
  }
  const hello = { v: Number(gatewayVersion), heartbeat_interval: heartbeatIntervalMs };
  socket.send(JSON.stringify({ op: VoiceOpcodes.Hello, d: hello }));

  function greet(message: ClientMessage): number | undefined {
    const answer =
      message.op === VoiceOpcodes.Identify
        ? components.identify(message.d, socket)
        : message.op === VoiceOpcodes.Resume
          ? components.resume(message.d, socket)
          : 4003;
    if (typeof answer === 'number') return answer;
    session = answer;
    expectHeartbeat();
    return undefined;
  }

  function heartbeat(nonce: number, sequenceAck: number): void {
    socket.send(JSON.stringify({ op: VoiceOpcodes.HeartbeatAck, d: { t: nonce } }));
    if (session === undefined) return;
    session.acknowledge(sequenceAck);
    expectHeartbeat();
  }

  function expectHeartbeat(): void {
    clearTimeout(timer);
    timer = setTimeout(() => socket.close(4009, 'no heartbeat'), heartbeatTimeoutMs);
  }

  function refuse(code: number, problem: string): void {
    // A session that ended meanwhile is an everyday thing, which clients must be able to live with.
    if (code !== 4006) components.onViolation({ where: 'voice gateway', problem: `${problem} (${code})` });
    socket.close(code);
  }
}
