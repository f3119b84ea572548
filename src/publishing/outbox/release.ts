import { sql } from 'kysely';
import type { Engine } from '#storage/database.ts';
import { deliveryItem, insertItems } from '../concerns/items.ts';
import { refund } from './budget.ts';
import type { Claimed, Release, Tx } from './delivery.ts';
import { rowSource, storableText } from './row-source.ts';
import { assertMove, eventOf, isOpen } from './transitions.ts';

/** Longer texts from targets are stored cut. */
export const detailCharsMax = 2_000;

export interface LettingGo {
  delivery: Claimed;
  release: Release;
  nowMs: number;
}

/**
 * Releases deliveries in their new states, and notifies people of those that need one; returns the ids of those that
 * were still held.
 */
export async function letGo(tx: Tx, engine: Engine, all: readonly LettingGo[]): Promise<ReadonlySet<string>> {
  if (all.length === 0) return new Set();
  for (const { release } of all) assertMove(eventOf(release.state), 'sending', release.state);
  const { rows } = await sql<{ id: string }>`
    with r as materialized (select
        value ->> 'delivery' as of_id, cast(value ->> 'fence' as integer) as of_fence,
        value ->> 'state' as state, cast(value ->> 'open' as integer) as open,
        cast(value ->> 'dueAtMs' as double precision) as due_at_ms,
        cast(value ->> 'nowMs' as double precision) as now_ms,
        cast(value ->> 'counts' as integer) as counts,
        value ->> 'errorCode' as error_code, value ->> 'errorText' as error_text,
        cast(value ->> 'giveUpAtMs' as double precision) as give_up_at_ms, value ->> 'receipt' as receipt
      from ${rowSource(engine, all.map(rowOf))})
    update delivery set state = r.state, open = r.open, claim_at_ms = r.due_at_ms, due_at_ms = r.due_at_ms,
      worker = null, updated_at_ms = r.now_ms, attempt_count = delivery.attempt_count + r.counts,
      error_code = r.error_code, error_text = r.error_text, give_up_at_ms = r.give_up_at_ms,
      receipt = coalesce(r.receipt, delivery.receipt)
    from r where delivery.id = r.of_id and delivery.fence = r.of_fence and delivery.state = 'sending'
    returning id`.execute(tx);
  const released = new Set(rows.map(({ id }) => id));
  await insertItems(
    tx,
    all.flatMap(({ delivery, release, nowMs }) => {
      const { state, dueAtMs } = release;
      const isUnknown = state === 'unknown' && dueAtMs === undefined;
      if ((state !== 'failed' && !isUnknown) || !released.has(delivery.id)) return [];
      return [deliveryItem(delivery, isUnknown ? 'unknown' : 'failed', delivery.fence, nowMs)];
    }),
  );
  const refused = all.filter(
    ({ delivery, release }) => release.state === 'failed' && delivery.costMicros > 0,
  );
  await refund(
    tx,
    refused.map(({ delivery }) => delivery.id).filter((id) => released.has(id)),
  );
  return released;
}

function rowOf({ delivery, release, nowMs }: LettingGo) {
  return {
    delivery: delivery.id,
    fence: delivery.fence,
    state: release.state,
    open: isOpen(release.state) ? 1 : 0,
    dueAtMs: release.dueAtMs,
    nowMs,
    counts: release.countAttempt ? 1 : 0,
    errorCode: release.error?.code,
    errorText: release.error && storableText(release.error.text, detailCharsMax),
    giveUpAtMs: release.giveUpAtMs,
    receipt: release.receipt && JSON.stringify(release.receipt),
  };
}
