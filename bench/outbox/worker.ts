/** One process of the benchmark. Takes an order as its argument, prints "ready", starts at the first line, prints what it measured. */
import { once } from 'node:events';
import { assemble, type BenchInit, deliveryOf, targetCount } from './parts.ts';

export type Order = BenchInit &
  ({ work: 'deliver'; count: number; total: number } | { work: 'recover' } | { work: 'fill'; count: number });

const order = JSON.parse(process.argv[2] ?? '{}') as Order;
if (order.work === 'deliver') await deliver(order.count, order.total);
if (order.work === 'fill') await fill(order.count);
if (order.work === 'recover') await recover();
process.exit(0);

/** From nothing to `count` deliveries asked for, each durable, and the `total` of all workers done. */
async function deliver(count: number, total: number): Promise<void> {
  const outbox = await assemble(order);
  await outbox.dispatcher.start();
  tell({ ready: true });
  await once(process.stdin, 'data');
  const startedAtMs = performance.now();
  let next = 0;
  async function submitter(): Promise<void> {
    while (next < count) {
      await outbox.submit([deliveryOf(order.worker, next++)]);
      outbox.dispatcher.wake();
    }
  }
  await Promise.all(Array.from({ length: targetCount }, submitter));
  // Any worker may make a delivery, so this waits until all deliveries are done.
  while (!(await allDone(outbox.db, total))) await new Promise((resolve) => setTimeout(resolve, 100));
  const tookMs = performance.now() - startedAtMs;
  tell({ tookMs, rssBytes: process.memoryUsage().rss });
}

async function allDone(db: Awaited<ReturnType<typeof assemble>>['db'], total: number): Promise<boolean> {
  const open = await db
    .selectFrom('delivery')
    .select('id')
    .where('guild_id', '=', 'guild')
    .where('open', '=', 1)
    .limit(1)
    .execute();
  if (open.length > 0) return false;
  const { n } = await db
    .selectFrom('delivery')
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .where('state', '=', 'done')
    .executeTakeFirstOrThrow();
  return n === total;
}

async function fill(count: number): Promise<void> {
  const outbox = await assemble(order);
  const perWrite = 5_000;
  for (let from = 0; from < count; from += perWrite)
    await outbox.submit(
      Array.from({ length: perWrite }, (_, index) => deliveryOf(order.worker, from + index)),
    );
  tell({ ready: true });
}

/** From opening the database to the first deliveries in hand. */
async function recover(): Promise<void> {
  const startedAtMs = performance.now();
  const outbox = await assemble(order);
  const claimed = Promise.withResolvers<void>();
  outbox.changes.on(() => claimed.resolve());
  await outbox.dispatcher.start();
  await claimed.promise;
  tell({ recoveryMs: performance.now() - startedAtMs });
}

function tell(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
