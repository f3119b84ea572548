import type { Step } from '#contracts/publisher.ts';
import type { NewDelivery } from '../../../src/publishing/outbox/delivery.ts';
import { deliveryKeyOf, stepKeyOf, stepsHashOf } from '../../../src/publishing/outbox/keys.ts';

/** Where publications of a fault run go: each kind of target several times, so that deliveries run beside each other. */
const targets = [
  'gist-1',
  'gist-2',
  'gist-3',
  'commit-1',
  'channel-1',
  'channel-2',
  'channel-3',
  'webhook-1',
];

/** The same number always means the same publication: whoever asks twice asks for one. */
export function deliveryOf(index: number): NewDelivery {
  const targetId = targets[index % targets.length] as string;
  const [publisher = '', place = ''] = targetId.split('-');
  const publicationId = `publication-${index}`;
  const steps = (publisher === 'channel' ? ['head', 'reply'] : ['post']).map((id) =>
    stepOf(id, index, place),
  );
  return {
    id: `delivery-${String(index).padStart(8, '0')}`,
    publicationId,
    targetId,
    guildId: 'guild',
    publisher,
    key: deliveryKeyOf(publicationId, targetId, 1),
    revision: 1,
    state: 'pending',
    dueAtMs: 0,
    steps,
    stepsHash: stepsHashOf(steps),
    costMicros: 0,
  };
}

/** By these the targets count effects. */
export function stepKeysOf(index: number): string[] {
  const { key, steps } = deliveryOf(index);
  return steps.map((step, ordinal) => stepKeyOf(key, step.id, ordinal));
}

function stepOf(id: string, index: number, place: string): Step {
  return { id, kind: 'post', summary: id, payload: { text: `Result ${index}, ${id}`, place }, artifacts: [] };
}
