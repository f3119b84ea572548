import type { Transaction } from 'kysely';
import type { Schema } from '../tables/schema.ts';

/**
 * Delays a post until it is at least `spacingMs` after the last one that was planned for any of its targets. Platforms
 * lose or refuse posts that come together.
 */
export async function spacedOut(
  tx: Transaction<Schema>,
  post: { guildId: string; targets: readonly string[]; dueAtMs: number },
  spacingMs: number,
): Promise<number> {
  if (spacingMs <= 0) return post.dueAtMs;
  // In one order for everyone, so that two transactions never wait for each other.
  const targets = [...new Set(post.targets)].sort();
  let dueAtMs = post.dueAtMs;
  for (const target of targets) {
    const lastMs = await lockedLast(tx, post.guildId, target);
    // A last one far ahead was planned by a clock that has been set back since.
    if (lastMs + spacingMs > dueAtMs && lastMs - post.dueAtMs < spacingAheadMaxMs)
      dueAtMs = lastMs + spacingMs;
  }
  await tx
    .updateTable('target_spacing')
    .set({ due_at_ms: dueAtMs })
    .where('guild_id', '=', post.guildId)
    .where('target', 'in', targets)
    .execute();
  return dueAtMs;
}

/** A post is delayed by no more than this. */
export const spacingAheadMaxMs = 600_000;

/** The row stays locked until the transaction ends. */
async function lockedLast(tx: Transaction<Schema>, guildId: string, target: string): Promise<number> {
  await tx
    .insertInto('target_spacing')
    .values({ guild_id: guildId, target, due_at_ms: 0 })
    .onConflict((conflict) => conflict.columns(['guild_id', 'target']).doNothing())
    .execute();
  const row = await tx
    .updateTable('target_spacing')
    .set((eb) => ({ due_at_ms: eb.ref('due_at_ms') }))
    .where('guild_id', '=', guildId)
    .where('target', '=', target)
    .returning('due_at_ms')
    .executeTakeFirstOrThrow();
  return Number(row.due_at_ms);
}
