import type { PublicationContent, Publisher } from '#contracts/publisher.ts';
import { ids } from '../../local-discord/support/small-world.ts';
import { service } from '../../plugins/bluesky/fake-pds.ts';
import { mediaOf } from '../../plugins/compliance/attempt.ts';
import { instance } from '../../plugins/mastodon/fake-mastodon.ts';
import { attemptTimeoutMs, settleDelayMs, waitMaxMs } from './patience.ts';

/** One way of publishing that a fault run delivers by, with how often a delivered publication shows at its target. */
export interface Kind {
  name: string;
  /** Its folder in plugins/, and the platform that it speaks to. */
  publisher: string;
  options: object;
  /** Sends a file too. */
  hasFile?: true;
  effectCount: number;
  /** Nothing can be looked up there: what stays open is for a person. */
  undecidable?: true;
}

const repository = { owner: 'north', repo: 'site' };

export const kinds: readonly Kind[] = [
  { name: 'gist', publisher: 'github', options: { kind: 'gist' }, effectCount: 1 },
  { name: 'commit', publisher: 'github', options: { kind: 'commit', ...repository }, effectCount: 1 },
  {
    name: 'release',
    publisher: 'github',
    options: { kind: 'release', ...repository },
    hasFile: true,
    // The draft, its asset, and the moment of publishing.
    effectCount: 3,
  },
  {
    name: 'message',
    publisher: 'discord',
    options: { kind: 'message', channelId: ids.text },
    effectCount: 1,
  },
  { name: 'post', publisher: 'x', options: {}, effectCount: 1 },
  {
    name: 'item',
    publisher: 'archive-org',
    options: { kind: 'item', project: 'faults' },
    hasFile: true,
    effectCount: 1,
  },
  { name: 'dataset', publisher: 'huggingface', options: { repo: 'north/archive' }, effectCount: 1 },
  { name: 'status', publisher: 'mastodon', options: { instance }, effectCount: 1 },
  { name: 'record', publisher: 'bluesky', options: { service }, effectCount: 1 },
  { name: 'webhook', publisher: 'webhook', options: {}, effectCount: 1, undecidable: true },
];

/** Targets of each kind, so that deliveries of one kind run beside each other too. */
const targetsPerKind = 2;

/** The same number always means the same publication: two requests for it are one. */
export interface Planned {
  kind: Kind;
  publicationId: string;
  deliveryId: string;
  targetId: string;
  content: PublicationContent;
  /** Bytes of the file, where it has one. */
  bytes: Buffer;
}

export function plannedAt(index: number): Planned {
  const kind = kinds[index % kinds.length] as Kind;
  const digits = String(index).padStart(6, '0');
  const bytes = Buffer.from(`The log of result ${digits}\n`);
  return {
    kind,
    publicationId: `publication-${digits}`,
    deliveryId: deliveryIdOf(index),
    targetId: `${kind.name}-${Math.floor(index / kinds.length) % targetsPerKind}`,
    content: {
      title: `Result ${digits}`,
      body: 'The work is done.',
      tags: [],
      link: `https://example.org/results/${digits}`,
      media: kind.hasFile ? [mediaOf(bytes, `result-${digits}.txt`, 'text/plain')] : [],
    },
    bytes,
  };
}

export function deliveryIdOf(index: number): string {
  return `delivery-${String(index).padStart(6, '0')}`;
}

/** Which publication something at a target stems from: each names its number there, one way or another. */
export function indexIn(text: string): number | undefined {
  const [, digits] = /results?[-/ ](\d{6})/i.exec(text) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** The real publisher, with its patience cut to fit hundreds of kills a minute. */
export function impatient(publisher: Publisher): Publisher {
  return {
    ...publisher,
    describe: { ...publisher.describe, attemptTimeoutMs, settleDelayMs },
    classify(error) {
      const fate = publisher.classify(error);
      return fate.state === 'rate-limited' ? { ...fate, retryAtMs: 0, retryAfterMs: waitMaxMs } : fate;
    },
  };
}
