import type { Kysely } from 'kysely';
import type { z } from 'zod';
import { type AnyAction, implement } from '#contracts/action.ts';
import type { DeliveryView } from '#contracts/actions/publish.ts';
import {
  type MilestoneView,
  milestoneAdd,
  milestoneDone,
  milestoneEdit,
  milestoneList,
  milestoneRemove,
  milestoneShow,
} from '#contracts/actions/scheduling.ts';
import { actorKey } from '#contracts/actor.ts';
import type { KnownTargets, Publications } from '#contracts/publications.ts';
import type { WallTime } from '#contracts/wall-time.ts';
import type { Clock } from '#core/clock.ts';
import type { SortableIds } from '#core/sortable-id.ts';
import type { MilestoneTable, Schema } from '../tables/schema.ts';
import type { Zones } from '../time/zones.ts';
import { milestoneView, readMilestone, readPosts } from './milestone-row.ts';
import { MilestoneStore } from './milestone-store.ts';
import { normalOffsets } from './offsets.ts';
import type { MilestonePlan } from './plan.ts';
import type { MilestonePosting } from './posting.ts';
import type { ReachedEvents } from './reached-events.ts';

export interface MilestoneActionsComponents {
  db: Kysely<Schema>;
  clock: Pick<Clock, 'nowMs'>;
  ids: SortableIds;
  zones: Zones;
  wallTime: WallTime;
  targets: KnownTargets;
  publications: Pick<Publications, 'find'>;
  plan: MilestonePlan;
  posting: MilestonePosting;
  reached: ReachedEvents;
  /** Something was planned: check again. */
  wake: () => void;
}

export function milestoneActions(components: MilestoneActionsComponents): AnyAction[] {
  const { db, clock, zones, wallTime, posting, reached, ids } = components;
  const store = new MilestoneStore(components);

  /** What can be done immediately is done before the answer. */
  async function settled(row: MilestoneTable): Promise<MilestoneView> {
    await posting.settle(clock.nowMs(), row.id);
    components.wake();
    return shown(row);
  }

  /** Adds the delivery state of each enqueued post. */
  async function shown(row: MilestoneTable): Promise<MilestoneView> {
    const view = milestoneView(zones, row, await readPosts(db, [row.id]));
    const posts = view.posts.map(async (post) => {
      if (post.publicationId === undefined) return post;
      const publication = await components.publications.find(row.guild_id, post.publicationId);
      return publication ? { ...post, deliveries: publication.deliveries.map(deliveryOf) } : post;
    });
    return { ...view, posts: await Promise.all(posts) };
  }

  async function requireTargets(guildId: string, targets: readonly string[]): Promise<void> {
    for (const target of targets) await components.targets.named(guildId, target);
  }

  return [
    implement(milestoneAdd, async ({ actor }, input) => {
      const { atMs } = wallTime.resolve(input.at);
      await requireTargets(input.guildId, input.targets);
      const zone = zones.get(input.at.zone).name;
      const row = newRow({ id: ids.next(), by: actorKey(actor), nowMs: clock.nowMs(), atMs, zone }, input);
      await store.add(row, normalOffsets(input.offsets));
      return settled(row);
    }),

    implement(milestoneEdit, async (_, { guildId, id, ...change }) => {
      const row = await readMilestone(db, { guildId, id });
      const at = change.at && changedTime(row, change.at) ? change.at : undefined;
      const atMs = at && wallTime.resolve(at).atMs;
      if (change.targets) await requireTargets(guildId, change.targets);
      const edited: Partial<MilestoneTable> = {
        ...textColumns(change),
        ...(at && { local: at.local, zone: zones.get(at.zone).name }),
        ...(atMs !== undefined && { at_ms: atMs }),
      };
      return settled(await store.edit(row, edited, change.offsets && normalOffsets(change.offsets)));
    }),

    implement(milestoneList, async (_, { guildId, search }) => {
      const rows = await store.list(guildId, search);
      const posts = await readPosts(
        db,
        rows.map(({ id }) => id),
      );
      return { milestones: rows.map((row) => milestoneView(zones, row, posts)) };
    }),

    implement(milestoneShow, async (_, one) => shown(await readMilestone(db, one))),

    implement(milestoneDone, async (_, one) => {
      const row = await store.reach(await readMilestone(db, one));
      await reached.tellNew();
      return settled(row);
    }),

    implement(milestoneRemove, async (_, one) => settled(await store.cancel(await readMilestone(db, one)))),
  ];
}

type Added = z.output<typeof milestoneAdd.input>;
type Changed = z.output<typeof milestoneEdit.input>;

function newRow(
  made: { id: string; by: string; nowMs: number; atMs: number; zone: string },
  input: Added,
): MilestoneTable {
  return {
    id: made.id,
    guild_id: input.guildId,
    title: input.title,
    description: input.description,
    created_by: made.by,
    created_at_ms: made.nowMs,
    local: input.at.local,
    zone: made.zone,
    at_ms: made.atMs,
    state: 'open',
    progress_percent: 0,
    artifacts: JSON.stringify(input.artifacts),
    targets: JSON.stringify([...new Set(input.targets)]),
    version: 1,
    settled_at_ms: null,
    reached_untold: 0,
  };
}

/** All that is given but its time. */
function textColumns(change: Omit<Changed, 'guildId' | 'id'>): Partial<MilestoneTable> {
  const { title, description, artifacts, targets, progressPercent } = change;
  return {
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(artifacts && { artifacts: JSON.stringify(artifacts) }),
    ...(targets && { targets: JSON.stringify([...new Set(targets)]) }),
    ...(progressPercent !== undefined && { progress_percent: progressPercent }),
  };
}

function deliveryOf({ target, state, needsPerson, url }: DeliveryView) {
  return { target, state, needsPerson, ...(url === undefined ? {} : { url }) };
}

/** An unchanged date may have passed; only a new one must lie ahead. */
function changedTime(row: MilestoneTable, at: { local: string; zone: string }): boolean {
  return at.local !== row.local || at.zone !== row.zone;
}
