import type { Publisher } from '#contracts/publisher.ts';
import type { Clock } from '#core/clock.ts';
import { plugins } from '#plugins/index.ts';
import type { NewDelivery } from '#publishing/outbox/delivery.ts';
import type { DeliveryHost } from '#publishing/outbox/delivery-host.ts';
import { deliveryKeyOf, stepKeyOf, stepsHashOf } from '#publishing/outbox/keys.ts';
import { assembled } from '#publishing/publishers.ts';
import { smallWorldToken } from '../../local-discord/support/small-world.ts';
import { handle } from '../../plugins/bluesky/fake-pds.ts';
import { artifactsOf, attemptAt } from '../../plugins/compliance/attempt.ts';
import { address as webhookAddress } from '../../plugins/webhook/receiver.ts';
import type { Place } from './front.ts';
import { impatient, type Planned, plannedAt } from './plan.ts';

const createdAtMs = Date.UTC(2026, 10, 20, 9, 30);

const credentials: Readonly<Record<string, Record<string, string>>> = {
  github: { token: 'github-token' },
  discord: { botToken: smallWorldToken },
  x: { apiKey: 'key', apiSecret: 'secret', accessToken: '1000-token', accessSecret: 'access-secret' },
  'archive-org': { accessKey: 'access', secretKey: 'secret' },
  huggingface: { token: 'hf_token' },
  mastodon: { accessToken: 'mastodon-token' },
  bluesky: { identifier: handle, appPassword: 'app-password' },
  webhook: { url: webhookAddress, secret: 'signing-secret' },
};

const publishers = new Map<string, Publisher>();

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
      const place = places[publisher] ?? { addresses: {}, routes: {} };
      const { publicAddressesOnly } = publisherOf(publisher).describe;
      return attemptAt(place, {
        signal,
        credentials: credentials[publisher] ?? {},
        artifacts: artifactsOf([plannedAt(indexOf(delivery.id)).bytes]),
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

export function newDeliveryAt(index: number): NewDelivery {
  const { kind, publicationId, deliveryId: id, targetId, content }: Planned = plannedAt(index);
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

function publisherOf(id: string): Publisher {
  const publisher = publishers.get(id);
  if (!publisher) throw new Error(`no publisher ${id}`);
  return publisher;
}

function indexOf(deliveryId: string): number {
  return Number(deliveryId.slice(deliveryId.lastIndexOf('-') + 1));
}
