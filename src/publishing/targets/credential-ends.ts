import type { Kysely } from 'kysely';
import type { Verification } from '#contracts/publisher.ts';
import type { Clock } from '#core/clock.ts';
import type { Schema } from '../tables/schema.ts';
import type { Target } from './target-store.ts';

/** People are notified this long before the end. */
export const endsSoonMs = 7 * 86_400_000;
/** How often a target is asked when its credential ends, if nobody else asks it. */
export const examineEveryMs = 86_400_000;
/** The same where its platform doesn't tell that. */
export const checkEveryMs = 7 * 86_400_000;

export interface CredentialEnd {
  endsAtMs: number;
  /** It may be about another credential: the environment can change while the hub is down. */
  isOld: boolean;
}

/**
 * What platforms said about the end of a target's credential. A row is deleted when the credential is replaced or the
 * target removed.
 */
export class CredentialEnds {
  readonly #db: Kysely<Schema>;
  readonly #clock: Pick<Clock, 'nowMs'>;
  readonly #madeAtMs: number;

  constructor({ db, clock }: { db: Kysely<Schema>; clock: Pick<Clock, 'nowMs'> }) {
    this.#db = db;
    this.#clock = clock;
    this.#madeAtMs = clock.nowMs();
  }

  /** Without an answer there is nothing new to store. */
  async keep(targetId: string, { account, endsAtMs }: Verification): Promise<void> {
    if (account === undefined && endsAtMs === undefined) return;
    const nowMs = this.#clock.nowMs();
    const row = {
      target_id: targetId,
      ends_at_ms: endsAtMs ?? null,
      said_at_ms: nowMs,
      asked_at_ms: nowMs,
    };
    await this.#db
      .insertInto('credential_end')
      .values(row)
      .onConflict((conflict) => conflict.column('target_id').doUpdateSet(row))
      .execute();
  }

  async of(targetId: string): Promise<CredentialEnd | undefined> {
    const row = await this.#db
      .selectFrom('credential_end')
      .select(['ends_at_ms', 'said_at_ms'])
      .where('target_id', '=', targetId)
      .executeTakeFirst();
    if (!row || row.ends_at_ms === null) return undefined;
    return { endsAtMs: Number(row.ends_at_ms), isOld: Number(row.said_at_ms) < this.#madeAtMs };
  }

  /** Targets whose credential ends soon or has ended, of all guilds. */
  async ending(): Promise<{ targetId: string; guildId: string; endsAtMs: number }[]> {
    const rows = await this.#db
      .selectFrom('credential_end')
      .innerJoin('target', 'target.id', 'credential_end.target_id')
      .select(['target.id', 'target.guild_id', 'credential_end.ends_at_ms'])
      .where('credential_end.ends_at_ms', '<', this.#clock.nowMs() + endsSoonMs)
      .where('target.removed_at_ms', 'is', null)
      .execute();
    return rows.map(({ id: targetId, guild_id: guildId, ends_at_ms }) => {
      return { targetId, guildId, endsAtMs: Number(ends_at_ms) };
    });
  }

  /** Targets that nobody has asked for a week, of these publishers for a day: those that waited longest first. */
  async due(dailyPublisherIds: readonly string[]): Promise<{ targetId: string; guildId: string }[]> {
    const nowMs = this.#clock.nowMs();
    const rows = await this.#db
      .selectFrom('target')
      .leftJoin('credential_end', 'credential_end.target_id', 'target.id')
      .select(['target.id', 'target.guild_id'])
      .where('target.removed_at_ms', 'is', null)
      .where(({ or, and, eb }) =>
        or([
          eb('credential_end.asked_at_ms', 'is', null),
          eb('credential_end.asked_at_ms', '<=', nowMs - checkEveryMs),
          ...(dailyPublisherIds.length === 0
            ? []
            : [
                and([
                  eb('target.publisher', 'in', [...dailyPublisherIds]),
                  eb('credential_end.asked_at_ms', '<=', nowMs - examineEveryMs),
                ]),
              ]),
        ]),
      )
      .orderBy((eb) => eb.fn.coalesce('credential_end.asked_at_ms', eb.lit(0)))
      .orderBy('target.id')
      .execute();
    return rows.map(({ id: targetId, guild_id: guildId }) => ({ targetId, guildId }));
  }

  /** Claims the turn to ask it today; false: another process has it. The earlier answer stays until a new one comes. */
  async claim(targetId: string): Promise<boolean> {
    const asked_at_ms = this.#clock.nowMs();
    const { numInsertedOrUpdatedRows } = await this.#db
      .insertInto('credential_end')
      .values({ target_id: targetId, ends_at_ms: null, said_at_ms: null, asked_at_ms })
      .onConflict((conflict) =>
        conflict
          .column('target_id')
          .doUpdateSet({ asked_at_ms })
          .where('credential_end.asked_at_ms', '<=', asked_at_ms - examineEveryMs),
      )
      .executeTakeFirst();
    return Number(numInsertedOrUpdatedRows) > 0;
  }
}

/** For people. */
export interface EndWords {
  isOver: boolean;
  /** "Its token ends on 2026-12-08." */
  text: string;
  /** What to do. */
  next: string;
}

/** Undefined: later than in a week. `isGiven`: by the environment. */
export function endWords(
  target: Pick<Target, 'name'>,
  { endsAtMs, isGiven }: { endsAtMs: number; isGiven: boolean },
  nowMs: number,
): EndWords | undefined {
  if (endsAtMs >= nowMs + endsSoonMs) return undefined;
  const isOver = endsAtMs <= nowMs;
  return {
    isOver,
    text: `Its token ${isOver ? 'ended' : 'ends'} on ${new Date(endsAtMs).toISOString().slice(0, 10)}.`,
    next: isGiven
      ? `Whoever hosts the bot replaces it in the variable that a manager sees with /publish connect target:${target.name}.`
      : `A manager gives another with /publish connect target:${target.name}.`,
  };
}
