import type { Kysely } from 'kysely';
import type { AnyAction } from '#contracts/action.ts';
import type { LiveStandings } from '#contracts/guild-standing.ts';
import type { KnownTargets, Publications } from '#contracts/publications.ts';
import type { WallTime } from '#contracts/wall-time.ts';
import type { Chance, Clock } from '#core/clock.ts';
import type { Startable } from '#core/lifecycle.ts';
import type { Logger } from '#core/logger.ts';
import { SortableIds } from '#core/sortable-id.ts';
import { DueLoop } from './due-loop.ts';
import { milestoneActions } from './milestones/milestone-actions.ts';
import { MilestonePlan } from './milestones/plan.ts';
import { MilestonePosting } from './milestones/posting.ts';
import { ReachedEvents, type ReachedListener } from './milestones/reached-events.ts';
import { type MissedRun, MissedRuns } from './missed-runs.ts';
import { Retention } from './retention.ts';
import { Firing } from './schedules/firing.ts';
import { scheduleActions } from './schedules/schedule-actions.ts';
import { SlotOrders } from './schedules/slot-orders.ts';
import type { Schema } from './tables/schema.ts';
import { timeActions } from './time/time-actions.ts';
import { createWallTime } from './time/wall-time.ts';
import { Zones } from './time/zones.ts';

export interface SchedulingComponents {
  db: Kysely<Schema>;
  clock: Clock;
  chance: Chance;
  logger: Logger;
  standings: LiveStandings;
  publications: Publications;
  targets: KnownTargets;
  /** Announces to people of a guild what was not posted. Rejected announcements are repeated later. */
  announceMissed: (missed: MissedRun) => Promise<void>;
}

export interface SchedulingInit {
  /** Shortest time between two scheduled posts for one target; 0: none. */
  spacingMs?: number;
  /** Milestone posts are ordered this long before their time, so that people can approve them. */
  milestoneLeadMs?: number;
  /** A milestone post that could not be ordered for longer than this after its time is missed. */
  milestoneGraceMs?: number;
  /** The database is checked at least this often; this process knows its own plans immediately. */
  pollMs?: number;
}

export interface Scheduling extends Startable {
  readonly actions: AnyAction[];
  readonly wallTime: WallTime;
  /**
   * Called after a milestone is durably reached, until its promise fulfils: even over a restart, so the same event may
   * come again. Returns the unsubscriber.
   */
  onReached(listener: ReachedListener): () => void;
  /** Resolves when no work is running. */
  settled(): Promise<void>;
}

/** Pause before listeners that failed for a reached milestone are notified again. */
const tellAgainMs = 60_000;

/** Schedules and milestones: everything that publishes by the clock. */
export function createScheduling(components: SchedulingComponents, init: SchedulingInit = {}): Scheduling {
  const { db, clock, logger, publications, standings } = components;
  const heldGuildIds = () => standings.heldGuildIds();
  const zones = new Zones();
  const ids = new SortableIds(components);
  const wallTime = createWallTime({ zones, clock });
  const missedRuns = new MissedRuns({ ...components, ids, heldGuildIds });
  const firing = new Firing({ db, zones, missedRuns, heldGuildIds }, { spacingMs: init.spacingMs ?? 2_000 });
  const orders = new SlotOrders({ db, publications, missedRuns, heldGuildIds, logger });
  const plan = new MilestonePlan({ zones }, { leadMs: init.milestoneLeadMs ?? 24 * 3_600_000 });
  const posting = new MilestonePosting(
    { db, publications, plan, missedRuns, heldGuildIds, logger },
    { graceMs: init.milestoneGraceMs ?? 3_600_000 },
  );
  const reached = new ReachedEvents({ db, heldGuildIds, logger });
  const retention = new Retention({ db, clock });
  let recomputed = false;
  let unfollow = () => {};

  async function work(): Promise<number | undefined> {
    const nowMs = clock.nowMs();
    let allTold = true;
    await eachOf([
      async () => {
        if (!recomputed) await firing.recomputeNext();
        recomputed = true;
      },
      () => firing.fireDue(nowMs),
      () => orders.orderDue(nowMs),
      () => posting.advance(nowMs),
      () => missedRuns.tellNew(),
      async () => {
        allTold = await reached.tellNew();
      },
      () => retention.removeOld(),
    ]);
    const next = [await firing.nextAtMs(), await orders.nextAtMs(), await posting.nextAtMs()];
    return earliest([...next, allTold ? undefined : nowMs + tellAgainMs]);
  }

  const loop = new DueLoop({ clock, logger, work }, init.pollMs === undefined ? {} : { pollMs: init.pollMs });
  const wake = () => loop.wake();
  const shared = { ...components, ids, zones, wallTime, wake };
  return {
    name: loop.name,
    actions: [
      ...scheduleActions({ ...shared, missedRuns }),
      ...milestoneActions({ ...shared, plan, posting, reached }),
      ...timeActions(shared),
    ],
    wallTime,
    onReached: (listener) => reached.onReached(listener),
    start: () => {
      // Held work is checked again.
      unfollow = standings.onChange(wake);
      loop.start();
    },
    drain: () => loop.drain(),
    stop: () => {
      unfollow();
      return loop.stop();
    },
    settled: () => loop.settled(),
  };
}

/** A failure doesn't keep the rest from being done; the first one is thrown at the end. */
async function eachOf(stages: readonly (() => Promise<void>)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const stage of stages) await stage().catch((error: unknown) => errors.push(error));
  if (errors.length > 0) throw errors[0];
}

function earliest(instants: readonly (number | undefined)[]): number | undefined {
  const known = instants.filter((atMs) => atMs !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
