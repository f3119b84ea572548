import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Scrubber, secretLengthMin } from '#core/scrubber.ts';

const token = 'MTA0.Gx/yZ+1_q-"w\\é&=e r';

function scrubbing(...values: string[]): Scrubber {
  const scrubber = new Scrubber();
  for (const value of values) scrubber.add(value);
  return scrubber;
}

/** Letters that no neighbour draws from, so that a remainder in the output can only come from the secret. */
const secretText = fc.string({
  unit: fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/+=&%. "\\é'),
  minLength: 12,
  maxLength: 80,
});
const neighbour = fc.string({ unit: fc.constantFrom(...'abcdefg hij-'), maxLength: 40 });

describe('a known secret', () => {
  test.each([
    ['plain', token],
    ['in JSON', JSON.stringify({ token })],
    ['URL-encoded', encodeURIComponent(token)],
    ['URL-encoded with lower-case escapes', encodeURIComponent(token).replaceAll('%2F', '%2f')],
    ['form-encoded', new URLSearchParams({ token }).toString()],
    ['base64 in a URL', encodeURIComponent(Buffer.from(token).toString('base64'))],
  ])('is taken out: %s', (_, text) => {
    const clean = scrubbing(token).scrub(`before ${text} after`);
    expect(clean).toMatch(/^before .*\[secret\].* after$/);
    expect(clean).not.toContain('Gx');
    expect(clean).not.toContain('MTA0');
  });

  test('is taken out of longer texts, plain and URL-encoded', () => {
    fc.assert(
      fc.property(secretText, neighbour, neighbour, (secret, before, after) => {
        const scrubber = scrubbing(secret);
        expect(scrubber.scrub(before + secret + after)).toBe(`${before}[secret]${after}`);
        const url = encodeURIComponent(before) + encodeURIComponent(secret) + encodeURIComponent(after);
        expect(scrubber.scrub(url)).not.toContain(encodeURIComponent(secret));
      }),
      { numRuns: 500 },
    );
  });

  test('is taken out of base64 at each byte offset: what is left does not decode to it', () => {
    fc.assert(
      fc.property(
        secretText,
        neighbour,
        neighbour,
        fc.constantFrom('base64' as const, 'base64url' as const),
        (secret, before, after, encoding) => {
          const encoded = Buffer.from(before + secret + after).toString(encoding);
          const clean = scrubbing(secret).scrub(encoded);
          expect(clean).toContain('[secret]');
          // Of the secret at most the two characters shared with its neighbours stay.
          const kept = clean.replace('[secret]', '').length;
          const neighboursOnly = Math.ceil((Buffer.byteLength(before + after) * 4) / 3);
          expect(kept).toBeLessThanOrEqual(neighboursOnly + 6);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('that holds or overlaps another leaves no remainder', () => {
    expect(scrubbing('abcdef', 'abcdefGHIJKL').scrub('x abcdefGHIJKL y')).toBe('x [secret] y');
    expect(scrubbing('AAAAAABBB', 'BBBCCCCCC').scrub('x AAAAAABBBCCCCCC y')).toBe('x [secret] y');
  });

  test('with a lone surrogate is no reason to fail', () => {
    expect(scrubbing('abc\ud800def').scrub('x abc\ud800def')).toBe('x [secret]');
  });
});

describe('no false blackouts', () => {
  test('text without the secret stays as it is', () => {
    fc.assert(
      fc.property(neighbour, (text) => {
        expect(scrubbing('TOKEN0123456789').scrub(text)).toBe(text);
      }),
    );
    expect(scrubbing(token).scrub('GuildmeshError: token of the bot')).toBe(
      'GuildmeshError: token of the bot',
    );
  });

  test('letter case counts', () => {
    expect(scrubbing('Secret/Value').scrub('secret%2fvalue Secret%2fValue')).toBe('secret%2fvalue [secret]');
  });

  test('a value too short to be a secret blacks out nothing', () => {
    const short = 'a'.repeat(secretLengthMin - 1);
    expect(scrubbing(short, '').scrub(`${short} b`)).toBe(`${short} b`);
  });
});
