import type { Fate, Publisher, Receipt } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import type { Clock } from '#core/clock.ts';
import type { Claimed, ClaimedStep } from './delivery.ts';
import type { DeliveryHost } from './delivery-host.ts';
import type { Leash } from './leash.ts';
import type { OutboxStore } from './store.ts';

/** The new steps wait this long to replace the old ones; after a crash in between they are rendered once more. */
const renewWaitMs = 5_000;

interface Work {
  delivery: Claimed;
  leash: Leash;
  receipts: Readonly<Record<string, Receipt>>;
}

/** Throws for steps of an older form that must not run, as long as nothing has left. */
export function requireCurrent(publisher: Publisher, { steps }: Claimed, receipts: Work['receipts']): void {
  if (Object.keys(receipts).length > 0) return;
  const reason = publisher.outdated?.(steps.map(({ step }) => step));
  if (reason !== undefined) throw new Refused({ state: 'outdated', reason });
}

/**
 * A delivery of which nothing has left is rendered again, like an edit. Undefined when that is done; else the reason
 * why it can't be.
 */
export async function renewed(
  { host, store, clock }: { host: DeliveryHost; store: OutboxStore; clock: Pick<Clock, 'nowMs'> },
  { delivery, leash, receipts }: Work,
  { step, attemptId, reason }: { step: ClaimedStep; attemptId: string; reason: string },
  fateOf: (error: unknown) => Fate,
): Promise<Fate | undefined> {
  const renew = host.renew?.bind(host);
  if (!renew || Object.keys(receipts).length > 0) return { state: 'rejected', reason };
  try {
    const renewal = await leash.during(() => renew(delivery, reason, leash.signal));
    if (renewal.state !== 'ready') {
      const { message, next } = renewal.error;
      return { state: 'rejected', reason: `${message} ${next}`.replace(/[. ]+$/, '') };
    }
    const nowMs = clock.nowMs();
    const kept = await store.endAttempt(delivery, {
      stepId: step.step.id,
      attemptId,
      nowMs,
      outcome: 'outdated',
      detail: reason,
      step: { state: 'waiting' },
      release: { state: 'pending', dueAtMs: nowMs + renewWaitMs },
    });
    if (kept) await renewal.keep();
    return undefined;
  } catch (error) {
    const fate = fateOf(error);
    // Rendering again only reads.
    return fate.state === 'unknown' ? { state: 'not-sent', reason: fate.reason } : fate;
  }
}
