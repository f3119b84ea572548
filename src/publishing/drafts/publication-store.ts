import type { Kysely, Transaction } from 'kysely';
import type { z } from 'zod';
import type { publicationContent } from '#contracts/actions/publish.ts';
import type { Schema } from '../tables/schema.ts';

export type Content = z.output<typeof publicationContent>;

/** A publication as it is stored. */
export interface Publication {
  id: string;
  guildId: string;
  /** `actorKey` */
  createdBy: string;
  createdAtMs: number;
  content: Content;
  cause: string | undefined;
  /** undefined: at once. */
  dueAtMs: number | undefined;
  /** Addresses of earlier receipts, by target name. */
  receipts: Record<string, string>;
  revision: number;
}

type Db = Kysely<Schema> | Transaction<Schema>;

/** Undefined when this guild has none with that id. */
export async function findPublication(
  db: Db,
  guildId: string,
  publicationId: string,
): Promise<Publication | undefined> {
  const [found] = await findPublications(db, [publicationId]);
  return found?.guildId === guildId ? found : undefined;
}

export async function findPublications(db: Db, ids: readonly string[]): Promise<Publication[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('publication')
    .innerJoin('publication_plan', 'publication_plan.publication_id', 'publication.id')
    .selectAll()
    .where('publication.id', 'in', [...new Set(ids)])
    .execute();
  return rows.map((row) => ({
    id: row.id,
    guildId: row.guild_id,
    createdBy: row.created_by,
    createdAtMs: row.created_at_ms,
    content: JSON.parse(row.content),
    cause: row.cause ?? undefined,
    dueAtMs: row.due_at_ms ?? undefined,
    receipts: JSON.parse(row.receipts),
    revision: row.revision,
  }));
}

/** False when there is one with this id or cause already. */
export async function insertPublication(tx: Transaction<Schema>, publication: Publication): Promise<boolean> {
  const plan = await tx
    .insertInto('publication_plan')
    .values({
      publication_id: publication.id,
      cause: publication.cause ?? null,
      due_at_ms: publication.dueAtMs ?? null,
      receipts: JSON.stringify(publication.receipts),
      revision: publication.revision,
      revised_at_ms: publication.createdAtMs,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (plan.numInsertedOrUpdatedRows === 0n) return false;
  await tx
    .insertInto('publication')
    .values({
      id: publication.id,
      guild_id: publication.guildId,
      created_by: publication.createdBy,
      created_at_ms: publication.createdAtMs,
      content: JSON.stringify(publication.content),
    })
    .execute();
  return true;
}

/** False when somebody else was faster. */
export async function revisePublication(
  tx: Transaction<Schema>,
  publication: Publication,
  next: { content: Content; dueAtMs: number | undefined },
  nowMs: number,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('publication_plan')
    .set({ revision: publication.revision + 1, revised_at_ms: nowMs, due_at_ms: next.dueAtMs ?? null })
    .where('publication_id', '=', publication.id)
    .where('revision', '=', publication.revision)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) return false;
  await tx
    .updateTable('publication')
    .set({ content: JSON.stringify(next.content) })
    .where('id', '=', publication.id)
    .execute();
  return true;
}
