import type { Transaction } from 'kysely';
import { listOf } from '../stored-texts.ts';
import type { MilestoneTable, Schema } from '../tables/schema.ts';
import type { Zone } from '../time/zone.ts';
import type { Zones } from '../time/zones.ts';
import { milestoneContent } from './content.ts';
import { type Post, readPosts } from './milestone-row.ts';
import { offsetAtMs } from './offsets.ts';

export interface PlanComponents {
  zones: Zones;
}

export interface PlanInit {
  /** Posts are ordered this long before their time, so that people can approve them. */
  leadMs: number;
}

/** Which posts a milestone has and what happens to each: written together with the change that causes it. */
export class MilestonePlan {
  readonly #zones: Zones;
  readonly #leadMs: number;

  constructor({ zones }: PlanComponents, { leadMs }: PlanInit) {
    this.#zones = zones;
    this.#leadMs = leadMs;
  }

  /**
   * Updates the posts for the milestone's current state. Planned posts move; ordered ones are revised; offsets whose
   * time has passed are missed; those no longer listed are withdrawn.
   */
  async write(tx: Transaction<Schema>, milestone: MilestoneTable, offsets: readonly string[], nowMs: number) {
    const zone = this.#zones.get(milestone.zone);
    const posts = await readPosts(tx, [milestone.id]);
    for (const offset of offsets) {
      const present = posts.find((post) => post.offset === offset);
      const atMs = offsetAtMs(zone, milestone.at_ms, offset) ?? null;
      if (!present) await this.#insert(tx, milestone, { offset, atMs }, nowMs);
      else await save(tx, present, this.#changed(zone, milestone, present, atMs, nowMs));
    }
    for (const post of posts.filter(({ offset }) => !offsets.includes(offset)))
      await save(tx, post, withdrawal(post, nowMs));
  }

  /** Nothing more is posted, but sent posts stay. */
  async withdrawAll(tx: Transaction<Schema>, milestoneId: string, nowMs: number): Promise<void> {
    for (const post of await readPosts(tx, [milestoneId])) await save(tx, post, withdrawal(post, nowMs));
  }

  /** The completion post leaves now; countdown posts are withdrawn. */
  async complete(tx: Transaction<Schema>, milestone: MilestoneTable, nowMs: number): Promise<void> {
    for (const post of await readPosts(tx, [milestone.id])) {
      if (post.offset !== 'done') await save(tx, post, withdrawal(post, nowMs));
      else if (post.state === 'planned')
        await save(tx, post, { ...this.orderOf(milestone, post), at_ms: nowMs, act_at_ms: nowMs });
    }
  }

  /** Content and targets of a post, as it is ordered. */
  orderOf(milestone: MilestoneTable, post: Pick<Post, 'offset' | 'reached_targets'>) {
    const reached = listOf(post.reached_targets);
    const targets = listOf(milestone.targets).filter((target) => !reached.includes(target));
    return {
      state: 'ordering' as const,
      content: JSON.stringify(milestoneContent(milestone, this.#zones.get(milestone.zone), post.offset)),
      targets: JSON.stringify(targets),
      attempt_count: 0,
    };
  }

  actAtMs(atMs: number | null): number | null {
    return atMs === null ? null : atMs - this.#leadMs;
  }

  async #insert(
    tx: Transaction<Schema>,
    milestone: MilestoneTable,
    { offset, atMs }: { offset: string; atMs: number | null },
    nowMs: number,
  ): Promise<void> {
    const missed = atMs !== null && atMs <= nowMs;
    await tx
      .insertInto('milestone_post')
      .values({
        milestone_id: milestone.id,
        offset,
        guild_id: milestone.guild_id,
        at_ms: atMs,
        state: missed ? 'missed' : 'planned',
        act_at_ms: missed ? null : this.actAtMs(atMs),
        attempt_count: 0,
        revision: 1,
        aim: 'post',
        publication_id: null,
        content: null,
        targets: milestone.targets,
        reached_targets: '[]',
      })
      .execute();
  }

  #changed(
    zone: Zone,
    milestone: MilestoneTable,
    post: Post,
    atMs: number | null,
    nowMs: number,
  ): Partial<Post> | undefined {
    const moved = atMs !== post.at_ms;
    const passed = atMs !== null && atMs <= nowMs;
    if (isOrdered(post)) {
      if (post.state !== 'revising' && !moved && !this.#saysOther(zone, milestone, post)) return undefined;
      return { state: 'revising', aim: moved && passed ? 'missed' : 'post', at_ms: atMs, act_at_ms: nowMs };
    }
    if (post.state !== 'planned' && !moved && passed) return undefined;
    // Its time has passed, but it hasn't left yet: its own lateness decides.
    if (post.state === 'planned' && !moved) return { targets: milestone.targets };
    if (passed) return { state: 'missed', at_ms: atMs, act_at_ms: null };
    const again =
      post.state === 'planned'
        ? {}
        : { revision: post.revision + 1, publication_id: null, aim: 'post' as const };
    return {
      ...again,
      state: 'planned',
      at_ms: atMs,
      act_at_ms: this.actAtMs(atMs),
      targets: milestone.targets,
    };
  }

  #saysOther(zone: Zone, milestone: MilestoneTable, post: Post): boolean {
    const known = [...listOf(post.targets), ...listOf(post.reached_targets)].sort();
    const sameTargets = JSON.stringify(known) === JSON.stringify(listOf(milestone.targets).sort());
    return !sameTargets || post.content !== JSON.stringify(milestoneContent(milestone, zone, post.offset));
  }
}

function isOrdered({ state }: Post): boolean {
  return state === 'ordering' || state === 'enqueued' || state === 'revising';
}

function withdrawal(post: Post, nowMs: number): Partial<Post> | undefined {
  if (post.state === 'planned') return { state: 'withdrawn', act_at_ms: null };
  return isOrdered(post) ? { state: 'revising', aim: 'withdrawn', act_at_ms: nowMs } : undefined;
}

async function save(tx: Transaction<Schema>, post: Post, change: Partial<Post> | undefined): Promise<void> {
  if (!change) return;
  await tx
    .updateTable('milestone_post')
    .set(change)
    .where('milestone_id', '=', post.milestone_id)
    .where('offset', '=', post.offset)
    .execute();
}
