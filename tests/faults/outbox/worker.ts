/**
 * The publishing part of a hub in a process of its own, to be killed: real storage, outbox, publishers and client
 * libraries. Prints "warm" when it is loaded, then takes one order as a line of JSON. Acknowledges what is durable.
 */
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { systemChance, systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { Secret } from '#core/secret.ts';
import type { Claimed, NewDelivery, Tx } from '#publishing/outbox/delivery.ts';
import { Outbox, outboxDefaults } from '#publishing/outbox/outbox.ts';
import { engineOf } from '#storage/database.ts';
import { fixedSeals } from '../../publishing/support/fixed-seals.ts';
import { createDatabase, prepareDatabase } from '../../support/tables.ts';
import { durableWrites, type OrderedDeath } from './deaths.ts';
import type { Place } from './front.ts';
import { createFaultHost, loadPublishers } from './host.ts';

export interface WorkOrder {
  worker: string;
  file: string | undefined;
  postgresUrl: string | undefined;
  /** The platforms, by publisher. */
  places: Record<string, Place>;
  lookUpBeforeRetry: boolean;
  /** Publications to ask for, one delivery each; some for the second time. */
  deliveries: NewDelivery[];
  /** At a write for a delivery of this publisher. */
  dieAt: (OrderedDeath & { publisher: string }) | undefined;
  /** Works until nothing is left to do, prints a `DeliveryEnd` for each, and ends. */
  untilDone: boolean;
}

/** What the outbox holds true of a delivery in the end. */
export interface DeliveryEnd {
  state: string;
  key: string;
  /** Outcomes of what was sent, in order; null: nobody lived to write it down. */
  sends: (string | null)[];
  /** What a person reads of it. */
  error: string | null;
}

const clock = systemClock();
const chance = systemChance();
const logger = silentLogger();
const drainMaxMs = 4 * 60_000;

const orders = createInterface({ input: process.stdin });
orders.once('line', (line) => void work(JSON.parse(line) as WorkOrder));
// The process that gave the order is gone.
orders.once('close', () => process.exit());
// Loaded with the first request otherwise.
void new Response();
const loaded = loadPublishers();
void loaded.then(() => tell('warm'));

async function work(order: WorkOrder): Promise<void> {
  await loaded;
  const place = order.postgresUrl
    ? { postgresUrl: new Secret(order.postgresUrl) }
    : { file: order.file ?? '' };
  const db = createDatabase(place);
  await prepareDatabase({ clock, logger }, db, place);
  const host = createFaultHost(clock, order.places);
  const outbox = new Outbox(
    {
      db,
      clock,
      chance,
      logger,
      budgetMicros: async () => undefined,
      alert: async () => undefined,
      host,
      seals: fixedSeals(),
    },
    {
      ...outboxDefaults,
      engine: engineOf(place),
      worker: () => order.worker,
      pollMs: 20,
      leaseMs: 10_000,
      backoff: { baseMs: 5, ceilingMs: 50 },
      // The run itself is one long crash.
      crashesMax: Number.MAX_SAFE_INTEGER,
      attemptsMax: Number.MAX_SAFE_INTEGER,
      lookUpBeforeRetry: order.lookUpBeforeRetry,
    },
  );
  watchWrites(outbox, order.dieAt);
  // Every other process is dead by now.
  if (order.untilDone) await outbox.store.releaseLeases(undefined, clock.nowMs());
  for (const part of outbox.startables) await part.start?.(new AbortController().signal);
  for (const delivery of order.deliveries) {
    const added = await db.transaction().execute((tx) => outbox.enqueue(tx as unknown as Tx, [delivery]));
    tell(`ack ${delivery.id}`);
    outbox.enqueued(added);
  }
  if (order.untilDone) await finish(db, outbox);
}

async function finish(db: ReturnType<typeof createDatabase>, outbox: Outbox): Promise<void> {
  const endsAtMs = clock.monotonicMs() + drainMaxMs;
  for (;;) {
    const left = await db
      .selectFrom('delivery')
      .select('id')
      .where('open', '=', 1)
      .where('claim_at_ms', 'is not', null)
      .limit(1)
      .execute();
    if (left.length === 0 || clock.monotonicMs() > endsAtMs) break;
    await clock.sleep(20);
  }
  for (const part of [...outbox.startables].reverse()) await part.stop?.();
  tell(`ends ${JSON.stringify(await endsOf(db))}`);
  await db.destroy();
}

async function endsOf(db: ReturnType<typeof createDatabase>): Promise<Record<string, DeliveryEnd>> {
  const deliveries = await db
    .selectFrom('delivery')
    .select(['id', 'key', 'state', 'error_text as error'])
    .execute();
  const sends = await db
    .selectFrom('delivery_attempt')
    .select(['delivery_id', 'outcome'])
    .where('kind', '=', 'execute')
    .orderBy('at_ms')
    .execute();
  const byDelivery = Map.groupBy(sends, ({ delivery_id }) => delivery_id);
  return Object.fromEntries(
    deliveries.map(({ id, ...end }) => [
      id,
      { ...end, sends: (byDelivery.get(id) ?? []).map(({ outcome }) => outcome) },
    ]),
  );
}

/** Dies at the write it was ordered to, and tells when it has nothing more in hand. */
function watchWrites(outbox: Outbox, dieAt: WorkOrder['dieAt']): void {
  let inHandCount = 0;
  for (const name of durableWrites) {
    const write = outbox.store[name].bind(outbox.store) as (...args: unknown[]) => Promise<unknown>;
    const counts = { before: 0, after: 0 };
    const passing = (side: OrderedDeath['side'], deliveries: readonly { publisher: string }[]) => {
      if (!deliveries.some(({ publisher }) => publisher === dieAt?.publisher)) return;
      counts[side]++;
      if (dieAt?.write === name && dieAt.side === side && counts[side] >= dieAt.nth)
        process.kill(process.pid, 'SIGKILL');
    };
    Object.assign(outbox.store, {
      [name]: async (...args: unknown[]) => {
        // Which it will claim isn't known before: its own is among them, for it is the newest and everything is due.
        const own = name === 'claim' ? [{ publisher: dieAt?.publisher ?? '' }] : [args[0] as Claimed];
        passing('before', own);
        const result = await write(...args);
        passing('after', name === 'claim' ? (result as Claimed[]) : own);
        if (name === 'claim') inHandCount += (result as unknown[]).length;
        const letsGo = name === 'release' || (name === 'endAttempt' && 'release' in (args[1] as object));
        if (letsGo && --inHandCount === 0) tell('idle');
        return result;
      },
    });
  }
}

/** Straight to the descriptor: nothing waits in a buffer when the end comes. */
function tell(line: string): void {
  writeSync(1, `${line}\n`);
}
