import type { PublicationContent } from '#contracts/publisher.ts';
import type { NewDelivery } from '#publishing/outbox/delivery.ts';
import { deliveryKeyOf, stepsHashOf } from '#publishing/outbox/keys.ts';
import { mediaOf } from '../../plugins/compliance/attempt.ts';
import type { FaultKind } from '../../plugins/fault-kinds.ts';
import { publisherFaults } from '../../plugins/publisher-faults.ts';
import { publisherOf } from './host.ts';
import { bytesOf, deliveryIdOf, digitsOf } from './numbers.ts';

export interface Kind extends FaultKind {
  /** Its folder in plugins/, and the platform that it speaks to. */
  publisher: string;
}

/** What each publisher brings. */
export const kinds: readonly Kind[] = [...publisherFaults].flatMap(([publisher, faults]) =>
  faults.kinds.map((kind) => ({ ...kind, publisher })),
);

/** Targets of each kind, so that deliveries of one kind run beside each other too. */
const targetsPerKind = 2;
const createdAtMs = Date.UTC(2026, 10, 20, 9, 30);

/** The same number always means the same publication: two requests for it are one. */
export interface Planned {
  kind: Kind;
  publicationId: string;
  deliveryId: string;
  targetId: string;
  content: PublicationContent;
}

export function plannedAt(index: number): Planned {
  const kind = kinds[index % kinds.length] as Kind;
  const digits = digitsOf(index);
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
      media: kind.hasFile ? [mediaOf(bytesOf(index), `result-${digits}.txt`, 'text/plain')] : [],
    },
  };
}

export function newDeliveryAt(index: number): NewDelivery {
  const { kind, publicationId, deliveryId: id, targetId, content } = plannedAt(index);
  const key = deliveryKeyOf(publicationId, targetId, 1);
  const publisher = publisherOf(kind.publisher);
  const options = publisher.describe.options.parse(kind.options);
  const { steps, problems, costMicros } = publisher.render(content, options, { key, createdAtMs });
  if (problems.length > 0) throw new Error(problems.join(' '));
  return {
    id,
    publicationId,
    targetId,
    guildId: 'guild',
    publisher: kind.publisher,
    key,
    revision: 1,
    state: 'pending',
    dueAtMs: 0,
    steps,
    stepsHash: stepsHashOf(steps),
    costMicros,
  };
}
