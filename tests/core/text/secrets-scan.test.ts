import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findSecrets } from '#core/text/secrets-scan.ts';

// Put together at run time, so that no scanner of this repository takes them for real.
const made = (length: number) => 'aZ3kQ9mX7bW2cV5nR8tY1uL4pJ6hG0sDfE'.repeat(4).slice(0, length);
const samples: [kind: string, text: string][] = [
  ['discord-bot-token', `MTA${made(23)}.GaBcDe.${made(38)}`],
  ['discord-webhook', `https://discord.com/api/webhooks/123456789012345678/${made(68)}`],
  ['discord-webhook', `https://canary.discordapp.com/api/v10/webhooks/123456789012345678/${made(68)}`],
  ['github-token', `ghp_${made(36)}`],
  ['github-token', `ghs_${made(36)}`],
  ['github-token', `github_pat_${made(22)}_${made(59)}`],
  ['huggingface-token', `hf_${made(34)}`],
  ['slack-token', `xoxb-123456789012-${made(24)}`],
  ['slack-webhook', `https://hooks.slack.com/services/T000/B000/${made(24)}`],
  ['aws-key', 'AKIA' + 'IOSFODNN7EXAMPLE'],
  ['archive-org-keys', `Authorization: LOW ${made(16)}:${made(16)}`],
  ['x-bearer-token', `${'A'.repeat(21)}${made(60)}`],
  ['bearer-token', `authorization: bearer ${made(40)}`],
  ['json-web-token', `eyJ${made(20)}.eyJ${made(20)}.${made(43)}`],
  ['private-key', `-----BEGIN OPENSSH PRIVATE KEY-----\n${made(64)}`],
  ['private-key', `"-----BEGIN RSA PRIVATE KEY-----\\n${made(64)}\\n-----END"`],
  ['address-with-password', 'postgres://hub:hunter22@db.internal/hub'],
  ['secret-assignment', `api_key = "${made(24)}"`],
  ['secret-assignment', `AWS_SECRET_ACCESS_KEY=${made(40)}`],
  ['secret-assignment', `{"clientSecret":"${made(24)}"}`],
];

describe('findSecrets', () => {
  test.each(samples)('finds a %s in %s', (kind, secret) => {
    const hits = findSecrets(`before ${secret} after`, []);
    expect(hits).toHaveLength(1);
    expect(hits[0]?.kind).toBe(kind);
    expect(hits[0]?.index).toBeGreaterThanOrEqual(7);
  });

  test.each([
    'The token: see the wiki page about tokens-and-secrets.',
    'password: correct-horse-battery-staple',
    'Commit 3f1c9e0a5b7d2c4e6f8a0b1c2d3e4f5a6b7c8d9e is out.',
    'https://example.org/path?x=1 and mail@example.org',
    'sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    '-----BEGIN PUBLIC KEY-----',
  ])('leaves %j alone', (text) => {
    expect(findSecrets(text, [])).toEqual([]);
  });

  test('knows the values of this hub in every spelling', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 12, maxLength: 40 }), fc.nat(2), (secret, offset) => {
        const spellings = [
          secret,
          encodeURIComponent(secret),
          Buffer.from('x'.repeat(offset) + secret).toString('base64'),
        ];
        for (const spelling of spellings) {
          expect(findSecrets(`see ${spelling}`, [secret]).map((hit) => hit.kind)).toContain('known');
        }
      }),
    );
  });

  test('names a place once, in order, and never repeats the value', () => {
    const token = `ghp_${made(36)}`;
    const hits = findSecrets(`token=${token} then ${'AKIA' + 'IOSFODNN7EXAMPLE'}`, [token]);
    expect(hits.map((hit) => hit.kind)).toEqual(['known', 'aws-key']);
    expect(JSON.stringify(hits)).not.toContain(token);
  });

  test('stays quick on long hostile text', () => {
    const texts = [
      'eyJ'.repeat(30_000),
      'token='.repeat(16_000),
      'a://b:'.repeat(16_000),
      'A'.repeat(100_000),
    ];
    for (const text of texts) {
      const startedMs = performance.now();
      findSecrets(text, []);
      expect(performance.now() - startedMs).toBeLessThan(2_000);
    }
  });
});
