import { sql, type Transaction } from 'kysely';
import type { AlertItemTable } from '../tables/alerts.ts';
import type { OutboxTables, TargetPauseTable } from '../tables/outbox.ts';

type Tx = Transaction<OutboxTables>;

/** Topic of test alerts: they are neither counted nor gathered. */
export const testTopic = 'test:';

export type NewItem = Omit<AlertItemTable, 'card_id' | 'delivery_id' | 'text'> &
  Partial<Pick<AlertItemTable, 'delivery_id' | 'text'>>;

/** In the transaction of their cause. Known items aren't reported again. */
export async function insertItems(tx: Pick<Tx, 'insertInto'>, items: readonly NewItem[]): Promise<void> {
  if (items.length === 0) return;
  const rows = items.map((item) => ({ delivery_id: null, text: null, ...item, card_id: null }));
  await tx
    .insertInto('alert_item')
    .values(rows)
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

/** For a delivery that a person must look after. `turn` differs each time it needs one. */
export function deliveryItem(
  delivery: { id: string; guildId: string; targetId: string },
  kind: 'failed' | 'unknown' | 'approval',
  turn: string | number,
  atMs: number,
): NewItem {
  const { id, guildId, targetId } = delivery;
  return {
    id: `delivery:${id}:${kind}:${turn}`,
    guild_id: guildId,
    kind,
    topic: targetId,
    delivery_id: id,
    at_ms: atMs,
  };
}

/** For a target that is held until somebody acts. */
export async function insertHold(
  tx: Tx,
  { target_id, detail, since_ms }: Pick<TargetPauseTable, 'target_id' | 'detail' | 'since_ms'>,
): Promise<void> {
  const { rows } = await sql<{
    guild_id: string;
  }>`select guild_id from target where id = ${target_id}`.execute(tx);
  const [target] = rows;
  if (!target) return;
  const id = `hold:${target_id}:${since_ms}`;
  const item = { kind: 'hold', topic: target_id, text: detail, at_ms: since_ms } as const;
  await insertItems(tx, [{ id, guild_id: target.guild_id, ...item }]);
}

/** For a run of a chain whose next link can't be made. */
export function stoppedItem(
  run: { id: string; guildId: string; chainId: string; link: number },
  text: string,
  atMs: number,
): NewItem {
  const id = `chain:${run.id}:${run.link}`;
  return { id, guild_id: run.guildId, kind: 'chain', topic: run.chainId, text, at_ms: atMs };
}

/** For news that start a chain: they can't be read, or some of them started nothing. */
export function newsItem(
  id: string,
  chain: { id: string; guildId: string },
  text: string,
  atMs: number,
): NewItem {
  return { id: `news:${id}`, guild_id: chain.guildId, kind: 'chain', topic: chain.id, text, at_ms: atMs };
}
