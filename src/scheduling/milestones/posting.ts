import type { Kysely } from 'kysely';
import type { PublicationView } from '#contracts/actions/publish.ts';
import type { Publications } from '#contracts/publications.ts';
import { isGuildmeshError } from '#core/errors.ts';
import type { Logger } from '#core/logger.ts';
import { transact } from '#storage/transaction.ts';
import { notHeld } from '../held.ts';
import type { MissedRuns } from '../missed-runs.ts';
import { failureText, type OrderOutcome, placeOrder, retryAtMs } from '../order.ts';
import { contentOf, listOf } from '../stored-texts.ts';
import type { MilestonePostTable, MilestoneTable, Schema } from '../tables/schema.ts';
import type { Post } from './milestone-row.ts';
import type { MilestonePlan } from './plan.ts';

/** Posts handled in one round. */
const postsMax = 200;

const findingAheadMs = 86_400_000;

/** A delivery in one of these states hasn't left and, after a withdrawal, won't. */
const notLeft: readonly PublicationView['deliveries'][number]['state'][] = [
  'draft',
  'awaiting-approval',
  'scheduled',
  'pending',
  'cancelled',
  'discarded',
];

export interface PostingComponents {
  db: Kysely<Schema>;
  publications: Pick<Publications, 'order' | 'withdraw' | 'find'>;
  plan: MilestonePlan;
  missedRuns: MissedRuns;
  /** Guilds that are no longer served: their posts wait. */
  heldGuildIds: () => readonly string[];
  logger: Logger;
}

export interface PostingInit {
  /** A post that could not be ordered for longer than this is missed. */
  graceMs: number;
}

/** Moves milestone posts from planned to enqueued, and back where they were changed. Every step may be repeated. */
export class MilestonePosting {
  readonly #components: PostingComponents;
  readonly #init: PostingInit;

  constructor(components: PostingComponents, init: PostingInit) {
    this.#components = components;
    this.#init = init;
  }

  /** Does what is due, for one milestone or for all. */
  async advance(nowMs: number, milestoneId?: string): Promise<void> {
    let query = this.#components.db
      .selectFrom('milestone_post')
      .selectAll()
      .where('act_at_ms', '<=', nowMs)
      .$call(notHeld(this.#components.heldGuildIds()))
      .orderBy('act_at_ms')
      .limit(postsMax);
    if (milestoneId !== undefined) query = query.where('milestone_id', '=', milestoneId);
    for (const post of await query.execute()) {
      const milestone = await this.#milestoneOf(post);
      if (post.state === 'planned') await this.#begin(post, milestone, nowMs);
      else if (post.state === 'ordering') await this.#order(post, milestone, nowMs);
      else if (post.state === 'revising') await this.#revise(post, nowMs);
    }
  }

  /** Until nothing of this milestone is due, or it must wait. */
  async settle(nowMs: number, milestoneId: string): Promise<void> {
    // Withdrawn, ordered again, kept.
    for (let step = 0; step < 3; step++) await this.advance(nowMs, milestoneId);
  }

  async nextAtMs(): Promise<number | undefined> {
    const row = await this.#components.db
      .selectFrom('milestone_post')
      .select((eb) => eb.fn.min('act_at_ms').as('at'))
      .$call(notHeld(this.#components.heldGuildIds()))
      .executeTakeFirst();
    return row?.at == null ? undefined : Number(row.at);
  }

  #milestoneOf(post: Post): Promise<MilestoneTable> {
    return this.#components.db
      .selectFrom('milestone')
      .selectAll()
      .where('id', '=', post.milestone_id)
      .executeTakeFirstOrThrow();
  }

  async #begin(post: Post, milestone: MilestoneTable, nowMs: number): Promise<void> {
    const lateMs = nowMs - (post.at_ms ?? nowMs);
    if (lateMs > this.#init.graceMs) return this.#miss(post, milestone, { reason: 'beyond-grace' }, nowMs);
    const changed = await this.#changeBy(post, (fresh) => ({
      ...this.#components.plan.orderOf(fresh, post),
      act_at_ms: nowMs,
    }));
    if (changed) await this.#order({ ...post, ...changed }, milestone, nowMs);
  }

  async #order(post: Post, milestone: MilestoneTable, nowMs: number): Promise<void> {
    const outcome = await this.#place(post, milestone, nowMs);
    if (outcome.state === 'failed') return this.#retryLater(post, outcome, nowMs);
    if (outcome.state === 'refused')
      return this.#miss(post, milestone, { reason: 'refused', detail: outcome.reason }, nowMs);
    const { publicationId } = outcome;
    const kept = await this.#change(post, {
      state: 'enqueued',
      publication_id: publicationId,
      act_at_ms: null,
      attempt_count: 0,
    });
    // It was changed meanwhile: this id lets the revision find it.
    if (!kept) await this.#change({ ...post, state: 'revising' }, { publication_id: publicationId });
  }

  #place(post: Post, milestone: MilestoneTable, nowMs: number): Promise<OrderOutcome> {
    return placeOrder(
      this.#components.publications,
      {
        guildId: post.guild_id,
        cause: `milestone:${post.milestone_id}:${post.offset}:${post.revision}`,
        content: contentOf(post.content ?? '{}'),
        targets: listOf(post.targets),
        dueAtMs: post.at_ms ?? nowMs,
        orderedBy: milestone.created_by,
      },
      nowMs,
    );
  }

  async #revise(post: Post, nowMs: number): Promise<void> {
    let reached: readonly string[];
    try {
      reached = await this.#withdraw(post, nowMs);
    } catch (error) {
      return this.#retryLater(post, { error }, nowMs);
    }
    const reachedTargets = [...new Set([...listOf(post.reached_targets), ...reached])];
    await this.#changeBy(post, (fresh) => this.#revised(post, fresh, reachedTargets, nowMs));
  }

  /** Names of the targets it has already left for. */
  async #withdraw(post: Post, nowMs: number): Promise<readonly string[]> {
    const publicationId = post.publication_id ?? (await this.#findOrdered(post, nowMs));
    if (publicationId === undefined) return [];
    const { publications } = this.#components;
    try {
      const view = await publications.withdraw(post.guild_id, publicationId);
      return reachedBy(view);
    } catch (error) {
      if (!isGuildmeshError(error) || error.kind !== 'user') throw error;
      // It can't be withdrawn: everything has left.
      const view = await publications.find(post.guild_id, publicationId);
      return view ? reachedBy(view) : listOf(post.targets);
    }
  }

  /**
   * An order may be on its way, or finished without its answer stored: the same cause leads to it. Where there is none,
   * this one is too far ahead to leave before it is withdrawn.
   */
  async #findOrdered(post: Post, nowMs: number): Promise<string | undefined> {
    const later = { ...post, at_ms: nowMs + findingAheadMs };
    const outcome = await this.#place(later, await this.#milestoneOf(post), nowMs);
    if (outcome.state === 'failed') throw outcome.error;
    return outcome.state === 'enqueued' ? outcome.publicationId : undefined;
  }

  #revised(post: Post, milestone: MilestoneTable, reached: readonly string[], nowMs: number): Partial<Post> {
    const reachedTargets = JSON.stringify(reached);
    const left: Partial<Post> = { state: 'enqueued', act_at_ms: null, reached_targets: reachedTargets };
    if (post.aim !== 'post') {
      if (reached.length > 0) return left;
      return { state: post.aim, act_at_ms: null };
    }
    const remaining = listOf(milestone.targets).filter((target) => !reached.includes(target));
    const longPast = post.at_ms !== null && nowMs - post.at_ms > this.#init.graceMs;
    if (remaining.length === 0 || (longPast && reached.length > 0)) return left;
    const anew = { revision: post.revision + 1, publication_id: null, reached_targets: reachedTargets };
    const actAtMs = this.#components.plan.actAtMs(post.at_ms) ?? nowMs;
    if (actAtMs > nowMs) return { ...anew, state: 'planned', act_at_ms: actAtMs };
    const order = this.#components.plan.orderOf(milestone, { ...post, reached_targets: reachedTargets });
    return { ...anew, ...order, act_at_ms: nowMs };
  }

  async #miss(
    post: Post,
    milestone: MilestoneTable,
    why: { reason: 'beyond-grace' | 'refused'; detail?: string },
    nowMs: number,
  ): Promise<void> {
    const atMs = post.at_ms ?? nowMs;
    await transact(this.#components.db, async (tx) => {
      if (!(await this.#change(post, { state: 'missed', act_at_ms: null }, tx))) return;
      await this.#components.missedRuns.record(tx, {
        guild_id: post.guild_id,
        source_id: post.milestone_id,
        title: milestone.title,
        missed_count: 1,
        first_ms: atMs,
        last_ms: atMs,
        ...why,
        recorded_at_ms: nowMs,
      });
    });
  }

  async #retryLater(post: Post, outcome: { error: unknown }, nowMs: number): Promise<void> {
    const { logger } = this.#components;
    logger.warn(
      { milestone: post.milestone_id, reason: failureText(outcome) },
      'a milestone post has to wait',
    );
    await this.#change(post, {
      act_at_ms: retryAtMs(nowMs, post.attempt_count),
      attempt_count: post.attempt_count + 1,
    });
  }

  /** Based on the milestone's current state, which is locked meanwhile. Undefined: somebody changed the post. */
  #changeBy<Change extends Partial<MilestonePostTable>>(
    post: Post,
    changeFor: (milestone: MilestoneTable) => Change,
  ): Promise<Change | undefined> {
    return transact(this.#components.db, async (tx) => {
      const milestone = await tx
        .updateTable('milestone')
        .set((eb) => ({ version: eb.ref('version') }))
        .where('id', '=', post.milestone_id)
        .returningAll()
        .executeTakeFirstOrThrow();
      const change = changeFor(milestone);
      return (await this.#change(post, change, tx)) ? change : undefined;
    });
  }

  /** False: somebody else changed it since it was read. */
  async #change(
    post: Post,
    change: Partial<MilestonePostTable>,
    db: Kysely<Schema> = this.#components.db,
  ): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('milestone_post')
      .set(change)
      .where('milestone_id', '=', post.milestone_id)
      .where('offset', '=', post.offset)
      .where('state', '=', post.state)
      .where('revision', '=', post.revision)
      .where('aim', '=', post.aim)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }
}

function reachedBy(view: PublicationView): string[] {
  return view.deliveries.filter(({ state }) => !notLeft.includes(state)).map(({ target }) => target);
}
