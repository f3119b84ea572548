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
          // At most the two characters of the secret that it shares with its neighbours stay.
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

describe('a secret address', () => {
  const address =
    'https://hooks.example.org:8443/services/T0/B0/xyz-long-Token-1?key=Sup3rKeyValue&v=2#fr4gment-of-it';
  const parts: [name: string, text: string][] = [
    ['the whole', address],
    ['its path', 'Cannot POST /services/T0/B0/xyz-long-Token-1'],
    ['its path with the query', '/services/T0/B0/xyz-long-Token-1?key=Sup3rKeyValue&v=2'],
    ['a long segment', 'no hook xyz-long-Token-1 here'],
    ['a value', 'bad key Sup3rKeyValue'],
    ['the fragment', 'fr4gment-of-it'],
    ['a long segment in base64', Buffer.from('xyz-long-Token-1').toString('base64')],
  ];

  test.each(parts)('is known by %s', (_, text) => {
    const clean = scrubbing(address).scrub(text);
    expect(clean).toContain('[secret]');
    for (const part of ['xyz-long', 'Sup3r', 'fr4gment', 'B0']) expect(clean).not.toContain(part);
  });

  test('is known with its path alone where no segment is long', () => {
    expect(
      scrubbing(' https://hooks.example.org/services/T0/B0/xyz\n').scrub('Cannot POST /services/T0/B0/xyz'),
    ).toBe('Cannot POST [secret]');
  });

  test('leaves its ordinary words and its host alone', () => {
    const text = 'services T0 v=2 hooks.example.org webhooks';
    expect(scrubbing(address, 'https://x.example/webhooks/12').scrub(text)).toBe(text);
  });

  test('of a database is known by its password, not by its name', () => {
    const scrubber = scrubbing('postgres://guildmesh:p%40ss-word1@db.example/guildmesh');
    expect(scrubber.scrub('p@ss-word1 p%40ss-word1 /guildmesh')).toBe('[secret] [secret] /guildmesh');
  });
});

describe('whose a secret is', () => {
  const strong = 'kX7qZ2vB9mPr';
  function world() {
    const scrubber = new Scrubber();
    scrubber.add('operator-word');
    scrubber.add('release', 'A');
    scrubber.add(strong, 'A');
    return scrubber;
  }

  test('log and audit are clean of all', () => {
    expect(world().scrub(`operator-word release ${strong}`)).toBe('[secret] [secret] [secret]');
  });

  test('its guild is shown none, another guild is shown its own words', () => {
    const text = `operator-word release ${strong}`;
    expect(world().of('A').scrub(text)).toBe('[secret] [secret] [secret]');
    expect(world().of('B').scrub(text)).toBe(`[secret] release ${strong}`);
  });

  test('only its guild’s posts are held back by it, and only by an unmistakable one', () => {
    expect(world().of('A').find(`release ${strong}`)).toEqual([{ start: 8, end: 8 + strong.length }]);
    expect(world().of('B').find(`release ${strong}`)).toEqual([]);
    expect(world().of('B').find('operator-word')).toHaveLength(1);
    expect(world().of('A').scrubTelling(`release ${strong}`)).toBe('release [secret]');
  });

  test('the same secret of two guilds is each one’s own', () => {
    const scrubber = world();
    scrubber.add(strong, 'B');
    for (const guild of ['A', 'B']) expect(scrubber.of(guild).find(strong)).toHaveLength(1);
    expect(scrubber.of('C').find(strong)).toEqual([]);
  });

  test('what a guild learns changes nothing of another', () => {
    const scrubber = world();
    const before = scrubber.of('B').spellingCount;
    scrubber.add('another-long-secret-of-A', 'A');
    expect(scrubber.of('B').spellingCount).toBe(before);
    expect(scrubber.of('A').spellingCount).toBeGreaterThan(before);
  });
});

describe('many secrets', () => {
  test('are each found, also where thousands begin alike', () => {
    const scrubber = new Scrubber();
    const values = Array.from(
      { length: 3_000 },
      (_, index) => `https://hooks.example.org/in/${index * 7_919}-token`,
    );
    for (const value of values) scrubber.add(value, 'A');
    for (const value of values) expect(scrubber.scrub(`x ${value} y`)).toBe('x [secret] y');
  });

  test('cost a text little more than one does', () => {
    const text = '{"level":30,"msg":"a relay has started","peer":"12D3KooWQkrZ7X"} '.repeat(20);
    const few = scrubbing('a-single-secret-0');
    const many = scrubbing(...Array.from({ length: 3_000 }, (_, index) => `secret-${index * 7_919}-of-many`));
    // A thousand times the work a plain search for each would do; the bound leaves room for a busy machine.
    expect(fastestMs(() => many.scrub(text))).toBeLessThan(fastestMs(() => few.scrub(text)) * 30 + 1);
  });

  test('that repeat themselves cost no hit per place', () => {
    expect(scrubbing('aaaaaa').find('a'.repeat(100_000))).toEqual([{ start: 0, end: 100_000 }]);
  });
});

function fastestMs(run: () => unknown): number {
  const times = Array.from({ length: 50 }, () => {
    const startedAtMs = performance.now();
    run();
    return performance.now() - startedAtMs;
  });
  return Math.min(...times);
}
