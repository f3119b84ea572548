import type { Publisher } from '#contracts/publisher.ts';
import type { Clock } from '#core/clock.ts';
import { plugins } from '#plugins/index.ts';
import type { DeliveryHost } from '#publishing/outbox/delivery-host.ts';
import { stepKeyOf } from '#publishing/outbox/keys.ts';
import { assembled } from '#publishing/publishers.ts';
import { artifactsOf, attemptAt } from '../../plugins/compliance/attempt.ts';
import type { Place } from './front.ts';
import { bytesOf, indexOf } from './numbers.ts';
import { attemptTimeoutMs, settleDelayMs, waitMaxMs } from './patience.ts';

const publishers = new Map<string, Publisher>();
const nowhere: Place = { addresses: {}, routes: {}, credentials: {} };

/** First of all; not while this is imported, since a worker in one file can't wait then. */
export async function loadPublishers(): Promise<void> {
  for (const publisher of await Promise.all(plugins.map((plugin) => assembled(plugin))))
    publishers.set(publisher.id, impatient(publisher));
}

/** The real publishers with the host's own HTTP, led to the platforms at `places`. */
export function createFaultHost(clock: Clock, places: Readonly<Record<string, Place>>): DeliveryHost {
  return {
    publisher: async (id) => publishers.get(id),
    targetName: async (id) => id,
    async context(delivery, { step, ordinal }, { signal, ...attempt }) {
      const { publisher } = delivery;
      const { publicAddressesOnly } = publisherOf(publisher).describe;
      const place = places[publisher] ?? nowhere;
      return attemptAt(place, {
        signal,
        credentials: place.credentials,
        artifacts: artifactsOf([bytesOf(indexOf(delivery.id))]),
        ...(publicAddressesOnly && { publicOnly: { allowedPrivateHosts: ['127.0.0.1'] } }),
        context: {
          ...attempt,
          key: delivery.key,
          stepKey: stepKeyOf(delivery.key, step.id, ordinal),
          nowMs: () => clock.nowMs(),
        },
      });
    },
  };
}

export function publisherOf(id: string): Publisher {
  const publisher = publishers.get(id);
  if (!publisher) throw new Error(`no publisher ${id}`);
  return publisher;
}

/** The real publisher, with its patience cut to fit hundreds of kills a minute. */
function impatient(publisher: Publisher): Publisher {
  return {
    ...publisher,
    describe: { ...publisher.describe, attemptTimeoutMs, settleDelayMs },
    classify(error) {
      const fate = publisher.classify(error);
      return fate.state === 'rate-limited' ? { ...fate, retryAtMs: 0, retryAfterMs: waitMaxMs } : fate;
    },
  };
}
