import { describe, expect, it } from 'vitest';
import { decideOnClose, isProtocolFault } from '#audio/voice/worker/close-codes.ts';

const inside = { outsideChannel: false, gatewayLost: false };
const outside = { outsideChannel: true, gatewayLost: false };
const gatewayLost = { outsideChannel: true, gatewayLost: true };

describe('close codes', () => {
  it.each([
    [4014, inside, { do: 'await-move' }],
    [4014, outside, { do: 'stop', because: 'VOICE_KICKED' }],
    [4014, gatewayLost, { do: 'rejoin' }],
    [4016, inside, { do: 'stop', because: 'VOICE_ENCRYPTION_UNSUPPORTED' }],
    [4017, inside, { do: 'stop', because: 'VOICE_E2EE_REQUIRED' }],
    [4021, inside, { do: 'stop', because: 'VOICE_RATE_LIMITED' }],
    [4021, gatewayLost, { do: 'stop', because: 'VOICE_RATE_LIMITED' }],
    [4022, inside, { do: 'await-server', otherwise: 'VOICE_CALL_ENDED' }],
    [4022, outside, { do: 'stop', because: 'VOICE_KICKED' }],
    [4022, gatewayLost, { do: 'await-server', otherwise: 'VOICE_CALL_ENDED' }],
  ] as const)('%i with %o', (code, circumstances, decision) => {
    expect(decideOnClose(code, circumstances)).toEqual(decision);
  });

  it.each([1000, 1006, 4001, 4002, 4003, 4004, 4005, 4006, 4009, 4011, 4012, 4015, 4020, 4999])(
    '%i rejoins, which the cap bounds',
    (code) => {
      expect(decideOnClose(code, inside)).toEqual({ do: 'rejoin' });
    },
  );

  it('tells our faults from the network’s', () => {
    expect(isProtocolFault(4002)).toBe(true);
    expect(isProtocolFault(4006)).toBe(false);
    expect(isProtocolFault(1006)).toBe(false);
  });
});
