import type { PublicationOrder, Publications } from '#contracts/publications.ts';
import { errorText, isGuildmeshError } from '#core/errors.ts';

export type OrderOutcome =
  | { state: 'enqueued'; publicationId: string }
  /** Permanently: what was planned can't be published any more. */
  | { state: 'refused'; reason: string }
  | { state: 'failed'; error: unknown };

const retryBaseMs = 2_000;
const retryCapMs = 300_000;

/**
 * Orders a publication. A caller that is interrupted before it stores the answer orders again: the same cause makes it
 * the same publication.
 */
export async function placeOrder(
  publications: Pick<Publications, 'order'>,
  order: PublicationOrder & { dueAtMs: number },
  nowMs: number,
): Promise<OrderOutcome> {
  const { dueAtMs, ...atOnce } = order;
  try {
    const view = await publications.order(dueAtMs > nowMs ? order : atOnce).catch((error: unknown) => {
      // Its time came while it was being ordered.
      if (!isGuildmeshError(error, 'PUBLISH_TIME_PASSED')) throw error;
      return publications.order(atOnce);
    });
    return { state: 'enqueued', publicationId: view.id };
  } catch (error) {
    if (isGuildmeshError(error) && error.kind === 'user') return { state: 'refused', reason: error.message };
    return { state: 'failed', error };
  }
}

/** When to retry after `attemptCount` failures. */
export function retryAtMs(nowMs: number, attemptCount: number): number {
  return nowMs + Math.min(retryCapMs, retryBaseMs * 2 ** Math.min(attemptCount, 16));
}

export function failureText(outcome: { error: unknown }): string {
  return isGuildmeshError(outcome.error) ? outcome.error.code : errorText(outcome.error);
}
