import type { Kysely, Selectable, Transaction } from 'kysely';
import type { AuditReader, AuditRow, KeptAuditRow } from '#contracts/audit.ts';
import type { Chance } from '#core/clock.ts';
import type { Schema } from './schema.ts';

/**
 * Rows kept in total. Above this, the guild with the most rows loses its oldest, so that no guild pushes out another's
 * history.
 */
export const auditRowsMax = 100_000;
/** Longer inputs are stored cut. */
export const auditInputCharsMax = 16_384;
/** Rows removed at once: more than arrive between two purges, and few enough to take no noticeable time. */
export const auditPurgeRowsMax = 1_000;

export async function insertAuditRow(
  transaction: Transaction<Schema>,
  chance: Chance,
  row: AuditRow,
): Promise<void> {
  await transaction
    .insertInto('audit')
    .values({
      id: chance.uuid(),
      at_ms: row.atMs,
      actor: row.actor,
      guild_id: row.guildId ?? null,
      action: row.action,
      input: inputText(row.input),
      outcome: row.outcome,
      error_code: row.errorCode ?? null,
    })
    .execute();
}

export async function purgeAudit(db: Kysely<Schema>): Promise<void> {
  const counts = await db
    .selectFrom('audit')
    .select(({ fn }) => ['guild_id', fn.countAll<number>().as('count')])
    .groupBy('guild_id')
    .execute();
  const surplus = counts.reduce((sum, { count }) => sum + Number(count), 0) - auditRowsMax;
  if (surplus <= 0) return;
  const largest = counts.reduce((most, each) => (Number(each.count) > Number(most.count) ? each : most));
  const oldest = db
    .selectFrom('audit')
    .select('id')
    .where('guild_id', largest.guild_id === null ? 'is' : '=', largest.guild_id)
    .orderBy('at_ms')
    .limit(Math.min(surplus, auditPurgeRowsMax));
  await db.deleteFrom('audit').where('id', 'in', oldest).execute();
}

export function createAuditReader(db: Kysely<Schema>): AuditReader {
  return {
    async list({ guildId, action, before, limit }) {
      let query = db.selectFrom('audit').selectAll();
      if (guildId !== undefined) query = query.where('guild_id', '=', guildId);
      if (action !== undefined) query = query.where('action', '=', action);
      if (before !== undefined) {
        const { atMs, id } = placeOf(before);
        query = query.where(({ eb, and, or }) =>
          or([eb('at_ms', '<', atMs), and([eb('at_ms', '=', atMs), eb('id', '<', id)])]),
        );
      }
      const rows = await query.orderBy('at_ms', 'desc').orderBy('id', 'desc').limit(limit).execute();
      return rows.map(keptOf);
    },
  };
}

function placeOf(cursor: string): { atMs: number; id: string } {
  const [atMs = '', id = ''] = cursor.split(':');
  return { atMs: Number(atMs), id };
}

function keptOf(row: Selectable<Schema['audit']>): KeptAuditRow {
  return {
    cursor: `${row.at_ms}:${row.id}`,
    atMs: row.at_ms,
    actor: row.actor,
    guildId: row.guild_id ?? undefined,
    action: row.action,
    input: row.input ?? undefined,
    outcome: row.outcome,
    errorCode: row.error_code ?? undefined,
  };
}

function inputText(input: unknown): string | null {
  const text = JSON.stringify(input) ?? null;
  if (text === null || text.length <= auditInputCharsMax) return text;
  return JSON.stringify({ cut: text.slice(0, auditInputCharsMax), chars: text.length });
}
