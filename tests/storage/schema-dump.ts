import { type Kysely, sql } from 'kysely';
import type { Engine } from '#storage/database.ts';

const questions = {
  sqlite: sql<{ line: string }>`
    select type || ' ' || name || ' ' || coalesce(sql, '') as line from sqlite_master`,
  postgres: sql<{ line: string }>`
    select concat_ws(' ', 'column', table_name, ordinal_position, column_name, data_type, is_nullable, column_default) as line
      from information_schema.columns where table_schema = 'public'
    union all select 'index ' || indexdef from pg_indexes where schemaname = 'public'
    union all select concat_ws(' ', 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid))
      from pg_constraint where contype <> 'n' and connamespace = 'public'::regnamespace`,
};

/** Every table, column, index and constraint of a database, a line each, in one order. */
export async function schemaDump<Tables>(db: Kysely<Tables>, engine: Engine): Promise<string[]> {
  const { rows } = await questions[engine].execute(db);
  return rows.map(({ line }) => line).sort();
}
