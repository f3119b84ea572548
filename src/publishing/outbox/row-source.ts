import { type RawBuilder, sql } from 'kysely';
import type { Engine } from '#storage/database.ts';

/**
 * Rows of a statement that writes many at once, as one parameter: its text is the same for any number of rows, so it is
 * compiled once. Both engines read a column with `value ->> 'name'`, as text or null, to be cast.
 */
export function rowSource(engine: Engine, rows: readonly object[]): RawBuilder<unknown> {
  const json = JSON.stringify(rows);
  return engine === 'postgres' ? sql`json_array_elements(cast(${json} as json))` : sql`json_each(${json})`;
}

/** Foreign text that both engines accept in JSON: no NUL, no half of a surrogate pair, and not too long. */
export function storableText(text: string, charsMax: number): string {
  return text.slice(0, charsMax).replaceAll('\0', '').toWellFormed();
}
