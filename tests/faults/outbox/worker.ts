/**
 * The publishing part of a hub in a process of its own, to be killed: real storage, real outbox, real client libraries.
 * Prints "warm" when it is loaded, then takes one order as a line of JSON. Acknowledges what is durable.
 */
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { AttemptContext } from '#contracts/publisher.ts';
import { systemChance, systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { Secret } from '#core/secret.ts';
import { createDatabase, engineOf, prepareDatabase } from '#storage/database.ts';
import type { Tx } from '../../../src/publishing/outbox/delivery.ts';
import { stepKeyOf } from '../../../src/publishing/outbox/keys.ts';
import { Outbox, outboxDefaults } from '../../../src/publishing/outbox/outbox.ts';
import { deliveryOf } from './plan.ts';
import { faultPublishers } from './publishers.ts';

export interface WorkOrder {
  worker: string;
  file: string | undefined;
  postgresUrl: string | undefined;
  worldUrl: string;
  lookUpBeforeRetry: boolean;
  /** Publications to ask for, by number; some for the second time. */
  publications: number[];
  dieAt: OrderedDeath | undefined;
  /** Works until nothing is left to do, then prints the states. */
  untilDone: boolean;
}

export const durableWrites = ['claim', 'beginAttempt', 'endAttempt', 'release'] as const;

/** By the worker's own hand, right before a durable write or right after it. */
export interface OrderedDeath {
  write: (typeof durableWrites)[number];
  side: 'before' | 'after';
  /** From 1: at which write of this kind. */
  nth: number;
}

const clock = systemClock();
const chance = systemChance();
const logger = silentLogger();

const [, , worldUrl = ''] = process.argv;
await warmUp();
tell('warm');
for await (const line of createInterface({ input: process.stdin })) {
  await work(JSON.parse(line) as WorkOrder);
  break;
}

/** A process that has never sent a request takes longer to send its first than most lives last. */
async function warmUp(): Promise<void> {
  const context = { ...contextParts(worldUrl), key: '', stepKey: 'warm', signal: AbortSignal.timeout(2_000) };
  const step = { id: '', kind: '', summary: '', payload: { place: 'warm' }, artifacts: [] };
  const looks = faultPublishers().map((publisher) =>
    publisher.find(
      { ...context, attempt: 1, firstAttemptAtMs: clock.nowMs(), progress: () => undefined },
      step,
      {},
    ),
  );
  await Promise.allSettled(looks);
}

function contextParts(url: string) {
  return {
    http: { fetch } as AttemptContext['http'],
    credential: () => undefined,
    tokens: {} as AttemptContext['tokens'],
    address: () => url,
    nowMs: () => clock.nowMs(),
    artifacts: {} as AttemptContext['artifacts'],
  };
}

async function work(order: WorkOrder): Promise<void> {
  const place = order.postgresUrl
    ? { postgresUrl: new Secret(order.postgresUrl) }
    : { file: order.file ?? '' };
  const db = createDatabase(place);
  await prepareDatabase({ clock, logger }, db, place);
  const publishers = new Map(faultPublishers().map((publisher) => [publisher.id, publisher]));
  const outbox = new Outbox(
    {
      db,
      clock,
      chance,
      logger,
      budgetMicros: async () => undefined,
      alert: async () => undefined,
      host: {
        publisher: (id) => publishers.get(id),
        targetName: async (id) => id,
        context: async (delivery, step, attempt) => ({
          ...attempt,
          key: delivery.key,
          stepKey: stepKeyOf(delivery.key, step.step.id, step.ordinal),
          ...contextParts(order.worldUrl),
        }),
      },
    },
    {
      ...outboxDefaults,
      engine: engineOf(place),
      worker: () => order.worker,
      pollMs: 20,
      leaseMs: 2_000,
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
  tell('ready');
  for (const index of order.publications) {
    const added = await db
      .transaction()
      .execute((tx) => outbox.enqueue(tx as unknown as Tx, [deliveryOf(index)]));
    tell(`ack ${index}`);
    outbox.enqueued(added);
  }
  if (order.untilDone) await report(db, outbox);
}

async function report(db: ReturnType<typeof createDatabase>, outbox: Outbox): Promise<void> {
  const endsAtMs = clock.monotonicMs() + 60_000;
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
  const states = await db.selectFrom('delivery').select(['id', 'state']).execute();
  tell(`states ${JSON.stringify(Object.fromEntries(states.map(({ id, state }) => [id, state])))}`);
  for (const part of [...outbox.startables].reverse()) await part.stop?.();
  await db.destroy();
}

/** Dies at the write it was ordered to. */
function watchWrites(outbox: Outbox, dieAt: OrderedDeath | undefined): void {
  for (const name of durableWrites) {
    const write = outbox.store[name].bind(outbox.store) as (...args: unknown[]) => Promise<unknown>;
    const counts = { before: 0, after: 0 };
    const passing = (side: OrderedDeath['side']) => {
      counts[side]++;
      if (dieAt?.write === name && dieAt.side === side && counts[side] >= dieAt.nth)
        process.kill(process.pid, 'SIGKILL');
    };
    Object.assign(outbox.store, {
      [name]: async (...args: unknown[]) => {
        passing('before');
        const result = await write(...args);
        passing('after');
        return result;
      },
    });
  }
}

/** Straight to the descriptor: nothing waits in a buffer when the end comes. */
function tell(line: string): void {
  writeSync(1, `${line}\n`);
}
