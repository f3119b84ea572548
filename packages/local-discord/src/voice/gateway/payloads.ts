import { VoiceOpcodes } from 'discord-api-types/voice/v8';
import { z } from 'zod';

const snowflake = z.string().regex(/^\d{1,20}$/);
const uint = z.int().min(0).max(0xffffffff);
const transition = z.object({ transition_id: z.int().min(0).max(0xffff) });

/** What a client may say in JSON, by opcode. Fields beyond these are let pass, as Discord does. */
const schemas = {
  [VoiceOpcodes.Identify]: z.object({
    server_id: snowflake,
    user_id: snowflake,
    session_id: z.string(),
    token: z.string(),
    max_dave_protocol_version: z.int().min(0).default(0),
  }),
  [VoiceOpcodes.SelectProtocol]: z.object({
    protocol: z.string(),
    data: z.object({ address: z.ipv4(), port: z.int().min(1).max(0xffff), mode: z.string() }),
  }),
  [VoiceOpcodes.Heartbeat]: z.object({ t: z.number(), seq_ack: z.int().min(-1) }),
  [VoiceOpcodes.Speaking]: z.object({ speaking: uint, delay: z.number().default(0), ssrc: uint }),
  [VoiceOpcodes.Resume]: z.object({
    server_id: snowflake,
    session_id: z.string(),
    token: z.string(),
    seq_ack: z.int().min(-1),
  }),
  [VoiceOpcodes.DaveTransitionReady]: transition,
  [VoiceOpcodes.DaveMlsInvalidCommitWelcome]: transition,
};

type Schemas = typeof schemas;

const jsonMessage = z.discriminatedUnion('op', [
  messageOf(VoiceOpcodes.Identify),
  messageOf(VoiceOpcodes.SelectProtocol),
  messageOf(VoiceOpcodes.Heartbeat),
  messageOf(VoiceOpcodes.Speaking),
  messageOf(VoiceOpcodes.Resume),
  messageOf(VoiceOpcodes.DaveTransitionReady),
  messageOf(VoiceOpcodes.DaveMlsInvalidCommitWelcome),
]);

function messageOf<const Op extends keyof Schemas>(op: Op) {
  return z.object({ op: z.literal(op), d: schemas[op] });
}

export type ClientMessage =
  | z.output<typeof jsonMessage>
  | { op: VoiceOpcodes.DaveMlsKeyPackage | VoiceOpcodes.DaveMlsCommitWelcome; d: Buffer };

export type Identify = z.output<Schemas[VoiceOpcodes.Identify]>;
export type Resume = z.output<Schemas[VoiceOpcodes.Resume]>;
export type SelectProtocol = z.output<Schemas[VoiceOpcodes.SelectProtocol]>;

/** A message that cannot be taken, with the code to close the websocket with. */
export interface BadMessage {
  closeCode: 4001 | 4002;
  problem: string;
}

const envelope = z.object({ op: z.int(), d: z.unknown() });

export function parseClientMessage(data: Buffer, isBinary: boolean): ClientMessage | BadMessage {
  return isBinary ? parseBinary(data) : parseJson(data);
}

function parseBinary(data: Buffer): ClientMessage | BadMessage {
  const op = data[0];
  if (op === VoiceOpcodes.DaveMlsKeyPackage || op === VoiceOpcodes.DaveMlsCommitWelcome) {
    return { op, d: data.subarray(1) };
  }
  return { closeCode: 4001, problem: `binary opcode ${op} does not exist` };
}

function parseJson(data: Buffer): ClientMessage | BadMessage {
  const outer = envelope.safeParse(jsonOrUndefined(data));
  if (!outer.success) return { closeCode: 4002, problem: 'not JSON with an op' };
  const { op } = outer.data;
  if (!(op in schemas)) return { closeCode: 4001, problem: `opcode ${op} does not exist` };
  const inner = jsonMessage.safeParse(outer.data);
  if (inner.success) return inner.data;
  return { closeCode: 4002, problem: `opcode ${op}: ${z.prettifyError(inner.error)}` };
}

function jsonOrUndefined(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString('utf8'));
  } catch {
    return undefined;
  }
}
