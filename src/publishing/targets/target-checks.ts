import type { Kysely } from 'kysely';
import type { Clock } from '#core/clock.ts';
import type { Schema } from '../tables/schema.ts';

/** A target's answer counts for this long: the weekly look asks before it ends. */
export const checkBelievedMs = 8 * 86_400_000;

const goodAgainAfterMs = 60_000;

export interface TargetCheck {
  /** Nothing: it would work. */
  problems: readonly string[];
  atMs: number;
}

/** What targets said when they were last asked. An answer counts for the options and credentials it was given for. */
export class TargetChecks {
  readonly #db: Kysely<Schema>;
  readonly #clock: Pick<Clock, 'nowMs'>;

  constructor({ db, clock }: { db: Kysely<Schema>; clock: Pick<Clock, 'nowMs'> }) {
    this.#db = db;
    this.#clock = clock;
  }

  async keep(targetId: string, subject: string, problems: readonly string[]): Promise<void> {
    const row = {
      target_id: targetId,
      subject,
      problems: JSON.stringify(problems),
      checked_at_ms: this.#clock.nowMs(),
    };
    await this.#db
      .insertInto('target_check')
      .values(row)
      .onConflict((conflict) => conflict.column('target_id').doUpdateSet(row))
      .execute();
  }

  /** Undefined: it wasn't asked lately, or with other options or credentials. */
  async of(targetId: string, subject: string): Promise<TargetCheck | undefined> {
    const row = await this.#db
      .selectFrom('target_check')
      .select(['problems', 'checked_at_ms'])
      .where('target_id', '=', targetId)
      .where('subject', '=', subject)
      .executeTakeFirst();
    if (!row) return undefined;
    const atMs = Number(row.checked_at_ms);
    if (this.#clock.nowMs() - atMs >= checkBelievedMs) return undefined;
    return { problems: JSON.parse(row.problems), atMs };
  }

  /** Returns whether there was a good answer, and not from within the last minute: many failures ask once. */
  async forgetGood(targetId: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('target_check')
      .where('target_id', '=', targetId)
      .where('problems', '=', '[]')
      .where('checked_at_ms', '<=', this.#clock.nowMs() - goodAgainAfterMs)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }
}
