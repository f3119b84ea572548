import { Scrubber } from '../scrubber.ts';

export interface SecretHit {
  /** `known` for a value of this hub, else the name of a pattern below. */
  kind: string;
  /** Where it starts, in UTF-16 units. The value itself is never repeated. */
  index: number;
}

interface Pattern {
  kind: string;
  expression: RegExp;
  /** Least entropy of the first group, in bits per character; excludes "token: see the wiki". */
  entropyMin?: number;
}

/** As their issuers spell them; where two match at the same place, the first one names it. */
const patterns: readonly Pattern[] = [
  {
    kind: 'discord-webhook',
    expression: /(?:discord|discordapp)\.com\/api(?:\/v\d{1,2})?\/webhooks\/\d{15,21}\/[\w-]{40,}/gi,
  },
  {
    kind: 'discord-bot-token',
    expression: /\b[MNO][A-Za-z0-9_-]{22,28}\.[A-Za-z0-9_-]{6,7}\.[A-Za-z0-9_-]{27,45}/g,
  },
  {
    kind: 'github-token',
    expression: /\bgh[opsur]_[A-Za-z0-9]{30,255}\b|\bgithub_pat_[A-Za-z0-9_]{40,255}/g,
  },
  { kind: 'huggingface-token', expression: /\b(?:hf|api_org)_[A-Za-z0-9]{30,}/g },
  { kind: 'slack-token', expression: /\bxox[abeoprs]-[A-Za-z0-9-]{10,}|\bxapp-\d-[A-Za-z0-9-]{20,}/g },
  { kind: 'slack-webhook', expression: /hooks\.slack\.com\/(?:services|workflows)\/[A-Za-z0-9/]{20,}/g },
  { kind: 'aws-key', expression: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g },
  { kind: 'archive-org-keys', expression: /\bLOW\s+[A-Za-z0-9]{8,64}:[A-Za-z0-9]{8,64}/g },
  { kind: 'x-bearer-token', expression: /\bA{18,}[A-Za-z0-9%_-]{30,}/g },
  { kind: 'bearer-token', expression: /\bBearer\s+([A-Za-z0-9._~+/-]{20,}=*)/gi, entropyMin: 3 },
  { kind: 'json-web-token', expression: /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/g },
  { kind: 'private-key', expression: /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g },
  {
    kind: 'address-with-password',
    expression: /\b[a-z][a-z0-9+.-]{1,30}:\/\/[^\s/:@]{1,256}:[^\s/@]{3,256}@/gi,
  },
  {
    kind: 'secret-assignment',
    expression:
      /(?:secret|token|passw(?:or)?d|passphrase|api[_-]?key|access[_-]?key|private[_-]?key|credential)s?["'`]?\s{0,4}[:=]{1,2}>?\s{0,4}["'`]?([A-Za-z0-9+/_=.~!$%^&*-]{12,})/gi,
    entropyMin: 3.3,
  },
];

/**
 * Passages of a text that look like a secret, in order: the `known` values in every spelling the scrubber knows, and
 * the patterns above. For the preview, which stops on any hit.
 */
export function findSecrets(text: string, known: readonly string[]): SecretHit[] {
  const scrubber = new Scrubber();
  for (const value of known) scrubber.add(value);
  const spans = scrubber.find(text).map((span) => ({ kind: 'known', ...span }));
  for (const { kind, expression, entropyMin } of patterns) {
    for (const match of text.matchAll(expression)) {
      if (entropyMin !== undefined && entropyBits(match[1] ?? '') < entropyMin) continue;
      const span = { kind, start: match.index, end: match.index + match[0].length };
      if (!spans.some((other) => span.start < other.end && other.start < span.end)) spans.push(span);
    }
  }
  return spans.sort((a, b) => a.start - b.start).map(({ kind, start }) => ({ kind, index: start }));
}

/** Shannon entropy per character. Words without a digit don't count: they are prose. */
function entropyBits(value: string): number {
  if (!/\d/.test(value)) return 0;
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()]
    .map((count) => count / value.length)
    .reduce((bits, share) => bits - share * Math.log2(share), 0);
}
