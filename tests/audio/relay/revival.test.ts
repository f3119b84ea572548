import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mayBeCutShort, pauseBeforeMs } from '#audio/relay/revival.ts';
import { rateLimitCoolMs } from '#audio/voice/limits.ts';
import { GuildmeshError } from '#core/errors.ts';

function problem(code: string): GuildmeshError {
  return new GuildmeshError({ code, kind: 'remote', message: '', next: '', details: {} });
}

const at = (fraction: number) => ({
  fraction: () => fraction,
  uuid: () => '',
  bytes: () => new Uint8Array(),
});

describe('the pause before a relay is tried again', () => {
  test('is none at all for what a retry can’t fix', () => {
    for (const code of ['VOICE_ENCRYPTION_UNSUPPORTED', 'VOICE_E2EE_REQUIRED'])
      expect(pauseBeforeMs(at(0), 0, problem(code), false)).toBeUndefined();
  });

  test('is long when Discord limits joins', () => {
    expect(pauseBeforeMs(at(0), 0, problem('VOICE_RATE_LIMITED'), false)).toBe(rateLimitCoolMs / 2);
  });

  test('bounds what is sent to Discord, and is short for what costs nothing', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_000 }),
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        (attempt, chance) => {
          const voice = pauseBeforeMs(at(chance), attempt, problem('VOICE_JOIN_TIMEOUT'), false);
          expect(voice).toBeGreaterThanOrEqual(500);
          expect(voice).toBeLessThanOrEqual(60_500);
          expect(pauseBeforeMs(at(chance), attempt, undefined, false)).toBeLessThanOrEqual(4_000);
          expect(pauseBeforeMs(at(chance), attempt, problem('MESH_UNREACHABLE'), true)).toBeLessThanOrEqual(
            30_000,
          );
        },
      ),
    );
  });

  test('stays whole where Discord requires it, and on a stage that it leaves with every try', () => {
    const whole = ['VOICE_RATE_LIMITED', 'RELAY_STAGE_SUPPRESSED'].map((code) =>
      mayBeCutShort(problem(code)),
    );
    expect([whole, mayBeCutShort(problem('RELAY_CHANNEL_FULL')), mayBeCutShort(undefined)]).toEqual([
      [false, false],
      true,
      true,
    ]);
  });
});
