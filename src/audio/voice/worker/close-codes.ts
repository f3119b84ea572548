/**
 * What to do when Discord closes a voice websocket. The library rejoins at once and for ever on most codes; this
 * table is what the hub does instead.
 */
import type { VoiceFailureCode } from '../errors.ts';

export type CloseDecision =
  /** Ask for the channel again after a delay that grows; counts towards the cap. */
  | { do: 'rejoin' }
  /** A move shows as a new place within moments; if none comes it was a kick. */
  | { do: 'await-move' }
  /** Only a new voice server may bring it back; if none comes, `otherwise`. */
  | { do: 'await-server'; otherwise: VoiceFailureCode }
  /** For good. */
  | { do: 'stop'; because: VoiceFailureCode };

export interface CloseCircumstances {
  /** The bot's own voice state says that it is in no channel. */
  outsideChannel: boolean;
  /** The main gateway session was lost since this connection became ready. */
  gatewayLost: boolean;
}

export function decideOnClose(code: number, circumstances: CloseCircumstances): CloseDecision {
  switch (code) {
    case 4014:
      // Discord sends it for a kick, a move, and when our own main gateway session is gone.
      if (circumstances.gatewayLost) return { do: 'rejoin' };
      return circumstances.outsideChannel ? { do: 'stop', because: 'VOICE_KICKED' } : { do: 'await-move' };
    case 4016:
      return { do: 'stop', because: 'VOICE_ENCRYPTION_UNSUPPORTED' };
    case 4017:
      return { do: 'stop', because: 'VOICE_E2EE_REQUIRED' };
    case 4021:
      return { do: 'stop', because: 'VOICE_RATE_LIMITED' };
    case 4022:
      // Also what a kick looks like to a bot that is alone.
      if (circumstances.outsideChannel && !circumstances.gatewayLost) {
        return { do: 'stop', because: 'VOICE_KICKED' };
      }
      return { do: 'await-server', otherwise: 'VOICE_CALL_ENDED' };
    default:
      // 4006, 4009: the session is gone. 4001–4005, 4011, 4012, 4020: our fault, so the cap decides.
      // Below 4000 and 4015 the library has resumed already; here they mean that resuming failed.
      return { do: 'rejoin' };
  }
}

/** Codes that only a defect of ours can cause: worth a warning each. */
export function isProtocolFault(code: number): boolean {
  return [4001, 4002, 4003, 4004, 4005, 4011, 4012, 4020].includes(code);
}
