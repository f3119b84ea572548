import { type RawBuilder, sql } from 'kysely';
import type { Engine } from '#storage/database.ts';
import type { DeliveryTable } from '../tables/outbox.ts';
import { type Claimed, claimedOf, type Database, type Tx } from './delivery.ts';

/** Simultaneous attempts at one target, at most. */
export const laneInFlightMax = 16;

export interface ClaimRequest {
  worker: string;
  /** How many deliveries at most. */
  limit: number;
  nowMs: number;
  leaseUntilMs: number;
  /** When another worker may take it: the end of the lease plus the possible difference of clocks. */
  takeOverAtMs: number;
  /** Guilds that are no longer served: deliveries for their targets wait. */
  heldGuildIds: readonly string[];
}

/**
 * Claims what is due, and what a worker left when its lease ended: targets in turn, within a target the longest due
 * first. A target's lane row is locked meanwhile, so that only one hub at a time counts what is in flight there; hubs
 * skip each other's lanes instead of waiting. The cost grows with targets, not with deliveries.
 */
export async function claim(tx: Tx, engine: Engine, request: ClaimRequest): Promise<Claimed[]> {
  const { nowMs, limit, heldGuildIds } = request;
  const lanes = await sql<{ target_id: string; in_flight_max: number }>`
    select l.target_id, l.in_flight_max from target_lane l
    where l.free_at_ms <= ${nowMs} and ${inFlight(nowMs)} < l.in_flight_max and ${notPaused(nowMs)}
      and ${notHeld(heldGuildIds)} and exists (select 1 from delivery d where ${claimable(nowMs)})
    order by l.served_at_ms, l.target_id limit ${limit}
    ${engine === 'postgres' ? sql`for update of l skip locked` : sql``}`.execute(tx);
  if (lanes.rows.length === 0) return [];
  const targetIds = lanes.rows.map((lane) => lane.target_id);
  const slots = Math.min(laneInFlightMax, Math.max(...lanes.rows.map((lane) => lane.in_flight_max)));
  const rows = await take(tx, targetIds, slots, request);
  const served = [...new Set(rows.map((row) => row.target_id))];
  if (served.length === 0) return [];
  await tx
    .updateTable('target_lane')
    .set((eb) => ({ served_at_ms: nowMs, free_at_ms: eb('spacing_ms', '+', nowMs) }))
    .where('target_id', 'in', served)
    .execute();
  return withSteps(tx, rows, request.leaseUntilMs);
}

/** A statement of its own, after the locks: it counts what other hubs have committed. */
async function take(
  tx: Tx,
  targetIds: readonly string[],
  slots: number,
  request: ClaimRequest,
): Promise<DeliveryTable[]> {
  const { nowMs } = request;
  // SQLite accepts no column of an outer row as an offset: one branch per place, which is one for most targets.
  const places = Array.from({ length: slots }, (_, place) => {
    const offset = sql.lit(place);
    return sql`
      select (select d.id from delivery d where ${claimable(nowMs)}
        order by d.claim_at_ms, d.id limit 1 offset ${offset}) as id
      from target_lane l where l.target_id in (${sql.join(targetIds)})
        and ${offset} < l.in_flight_max - ${inFlight(nowMs)} and (l.spacing_ms = 0 or ${offset} = 0)`;
  });
  const { rows } = await sql<DeliveryTable>`
    with pick as materialized (
      select id from (${sql.join(places, sql` union all `)}) p where id is not null limit ${request.limit})
    update delivery set
      crash_count = crash_count + case when state = 'sending' then 1 else 0 end,
      state = 'sending', fence = fence + 1, worker = ${request.worker},
      claim_at_ms = ${request.takeOverAtMs}, updated_at_ms = ${nowMs}
    where id in (select id from pick) and claim_at_ms <= ${nowMs} returning *`.execute(tx);
  return rows;
}

async function withSteps(tx: Tx, rows: readonly DeliveryTable[], leaseUntilMs: number): Promise<Claimed[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const steps = await tx
    .selectFrom('delivery_step')
    .selectAll()
    .where('delivery_id', 'in', ids)
    .orderBy('ordinal')
    .execute();
  const byDelivery = Map.groupBy(steps, (step) => step.delivery_id);
  return rows.map((row) => claimedOf(row, byDelivery.get(row.id) ?? [], leaseUntilMs));
}

/**
 * When the dispatcher must look again, at the latest: the earliest head of a lane that isn't paused, or end of a pause.
 */
export async function nextDueAtMs(
  db: Database,
  nowMs: number,
  heldGuildIds: readonly string[],
): Promise<number | undefined> {
  const { rows } = await sql<{ at: number | null }>`
    select min(case when h.head > h.free_at_ms then h.head else h.free_at_ms end) as at
    from (select l.free_at_ms, (select min(d.claim_at_ms) from delivery d
        where d.target_id = l.target_id and d.claim_at_ms is not null) as head
      from target_lane l where ${notPaused(nowMs)} and ${notHeld(heldGuildIds)}) h
    where h.head is not null
    union all select min(until_ms) from target_pause where until_ms > ${nowMs}`.execute(db);
  const instants = rows.map(({ at }) => at).filter((at) => at !== null);
  return instants.length === 0 ? undefined : Math.min(...instants);
}

function inFlight(nowMs: number): RawBuilder<number> {
  return sql`(select count(*) from delivery s
    where s.target_id = l.target_id and s.state = 'sending' and s.claim_at_ms > ${nowMs})`;
}

function notPaused(nowMs: number): RawBuilder<boolean> {
  return sql`not exists (select 1 from target_pause p
    where p.target_id = l.target_id and (p.until_ms is null or p.until_ms > ${nowMs}))`;
}

function notHeld(heldGuildIds: readonly string[]): RawBuilder<boolean> {
  if (heldGuildIds.length === 0) return sql`1 = 1`;
  return sql`not exists (select 1 from target t
    where t.id = l.target_id and t.guild_id in (${sql.join(heldGuildIds)}))`;
}

/** Due, and nothing unfinished before it where the target keeps an order. */
function claimable(nowMs: number): RawBuilder<boolean> {
  return sql`d.target_id = l.target_id and d.claim_at_ms <= ${nowMs}
    and (d.order_key is null or not exists (select 1 from delivery e
      where e.order_key = d.order_key and e.id < d.id and e.open = 1))`;
}
