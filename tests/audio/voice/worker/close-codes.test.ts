import { VoiceCloseCodes } from 'discord-api-types/voice/v8';
import { describe, expect, test } from 'vitest';
import { closeTable, decideOnClose, isProtocolFault } from '#audio/voice/worker/close-codes.ts';

const inside = { outsideChannel: false, gatewayLost: false };
const outside = { outsideChannel: true, gatewayLost: false };
const gatewayLost = { outsideChannel: true, gatewayLost: true };

describe('close codes', () => {
  test.each([
    [4014, inside, { do: 'await-move' }],
    [4014, outside, { do: 'stop', because: 'VOICE_KICKED' }],
    [4014, gatewayLost, { do: 'rejoin' }],
    [4016, inside, { do: 'stop', because: 'VOICE_ENCRYPTION_UNSUPPORTED' }],
    [4017, inside, { do: 'stop', because: 'VOICE_E2EE_REQUIRED' }],
    [4021, inside, { do: 'cool-down', because: 'VOICE_RATE_LIMITED', firstMs: 600_000 }],
    [4021, gatewayLost, { do: 'cool-down', because: 'VOICE_RATE_LIMITED', firstMs: 600_000 }],
    [4022, inside, { do: 'await-server', otherwise: 'VOICE_CALL_ENDED' }],
    [4022, outside, { do: 'stop', because: 'VOICE_KICKED' }],
    [4022, gatewayLost, { do: 'await-server', otherwise: 'VOICE_CALL_ENDED' }],
  ] as const)('%i with %o', (code, circumstances, decision) => {
    expect(decideOnClose(code, circumstances)).toEqual(decision);
  });

  test.each([4000, 4001, 4002, 4003, 4004, 4005, 4006, 4009, 4011, 4012, 4020, 4999])(
    '%i rejoins, which the cap bounds',
    (code) => {
      expect(decideOnClose(code, inside)).toEqual({ do: 'rejoin' });
    },
  );

  test.each([1000, 1006, 3999, 4015])('%i is left to the library, which resumes', (code) => {
    expect(decideOnClose(code, inside)).toEqual({ do: 'resume' });
  });

  test('has one row per code, all of them Discord’s', () => {
    const codes = closeTable.map(({ code }) => code);
    expect(codes).toEqual([...new Set(codes)].sort((a, b) => a - b));
    const known = Object.values(VoiceCloseCodes).filter((value) => typeof value === 'number');
    expect(known.filter((code) => !codes.includes(code))).toEqual([]);
  });

  test('tells our faults from the network’s', () => {
    expect(isProtocolFault(4002)).toBe(true);
    expect(isProtocolFault(4006)).toBe(false);
    expect(isProtocolFault(1006)).toBe(false);
  });
});
