/**
 * What to do when Discord closes a voice websocket. The library rejoins at once and for ever on most codes; this table
 * is what the hub does instead. Meaning of the codes: Discord's documentation, “Opcodes and Status Codes”, Voice Close
 * Event Codes.
 */
import type { VoiceFailureCode } from '../errors.ts';
import * as limits from '../limits.ts';

export type CloseDecision =
  /** The library resumes the session automatically; counted, because it has no limit. */
  | { do: 'resume' }
  /** Ask for the channel again after a delay that grows; counts towards the cap. */
  | { do: 'rejoin' }
  /** A move shows as a new place within moments; if none comes it was a kick. */
  | { do: 'await-move' }
  /** Only a new voice server may bring it back at once; if none is named, a long pause. */
  | { do: 'await-server'; otherwise: VoiceFailureCode }
  /** Leave, and try once more after a long pause. */
  | { do: 'cool-down'; because: VoiceFailureCode; firstMs: number }
  /** Permanently: a retry can't help. */
  | { do: 'stop'; because: VoiceFailureCode };

export interface CloseCircumstances {
  /** The bot's own voice state says that it is in no channel. */
  outsideChannel: boolean;
  /** The main gateway session was lost since this connection became ready. */
  gatewayLost: boolean;
}

interface CloseRow {
  code: number;
  meaning: string;
  decision: CloseDecision;
  /** Only a defect of ours can cause it: each occurrence is worth a warning. */
  ourFault?: true;
}

export const closeTable: readonly CloseRow[] = [
  { code: 4001, meaning: 'unknown opcode', decision: { do: 'rejoin' }, ourFault: true },
  { code: 4002, meaning: 'payload not understood', decision: { do: 'rejoin' }, ourFault: true },
  { code: 4003, meaning: 'not authenticated', decision: { do: 'rejoin' }, ourFault: true },
  { code: 4004, meaning: 'authentication failed', decision: { do: 'rejoin' }, ourFault: true },
  { code: 4005, meaning: 'already authenticated', decision: { do: 'rejoin' }, ourFault: true },
  { code: 4006, meaning: 'session no longer valid', decision: { do: 'rejoin' } },
  { code: 4009, meaning: 'session timed out', decision: { do: 'rejoin' } },
  { code: 4011, meaning: 'server not found', decision: { do: 'rejoin' }, ourFault: true },
  { code: 4012, meaning: 'unknown protocol', decision: { do: 'rejoin' }, ourFault: true },
  { code: 4014, meaning: 'kicked, moved, or main session gone', decision: { do: 'await-move' } },
  { code: 4015, meaning: 'voice server crashed', decision: { do: 'resume' } },
  {
    code: 4016,
    meaning: 'unknown encryption mode',
    decision: { do: 'stop', because: 'VOICE_ENCRYPTION_UNSUPPORTED' },
  },
  {
    code: 4017,
    meaning: 'end-to-end encryption required',
    decision: { do: 'stop', because: 'VOICE_E2EE_REQUIRED' },
  },
  { code: 4020, meaning: 'bad request', decision: { do: 'rejoin' }, ourFault: true },
  {
    code: 4021,
    meaning: 'rate limited',
    decision: { do: 'cool-down', because: 'VOICE_RATE_LIMITED', firstMs: limits.rateLimitCoolMs },
  },
  {
    code: 4022,
    meaning: 'call terminated',
    decision: { do: 'await-server', otherwise: 'VOICE_CALL_ENDED' },
  },
];

const byCode = new Map(closeTable.map((row) => [row.code, row]));

export function decideOnClose(code: number, circumstances: CloseCircumstances): CloseDecision {
  const { gatewayLost, outsideChannel } = circumstances;
  const decision = byCode.get(code)?.decision ?? { do: code < 4000 ? 'resume' : 'rejoin' };
  if (decision.do !== 'await-move' && decision.do !== 'await-server') return decision;
  // Discord sends 4014 also when our own main gateway session is gone.
  if (gatewayLost) return decision.do === 'await-move' ? { do: 'rejoin' } : decision;
  // 4022 is also what a kick looks like to a bot that is alone (discord-api-docs #7575).
  return outsideChannel ? { do: 'stop', because: 'VOICE_KICKED' } : decision;
}

export function isProtocolFault(code: number): boolean {
  return byCode.get(code)?.ourFault ?? false;
}
