import { onTestFinished } from 'vitest';
import { createPerform } from '#access/perform.ts';
import type { GuildMemberActor } from '#contracts/actor.ts';
import { systemChance } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import type { MissedRun } from '#scheduling/missed-runs.ts';
import { createScheduling, type SchedulingComponents, type SchedulingInit } from '#scheduling/scheduling.ts';
import { rolesBy } from '../../support/roles.ts';
import { standingsOf } from '../../support/standings.ts';
import { startedStorage } from '../../support/started-storage.ts';
import { storesOf } from '../../support/tables.ts';
import { FakePublications } from './fake-publications.ts';
import { SimClock } from './sim-clock.ts';

export const guildId = '100000000000000001';

export function member(facts: Partial<GuildMemberActor> = {}): GuildMemberActor {
  return {
    kind: 'guild-member',
    guildId,
    userId: '100000000000000002',
    displayName: 'Ada',
    roleIds: [],
    isGuildOwner: false,
    hasManageGuild: true,
    isOperator: false,
    ...facts,
  };
}

/** Schedules on a real database, with a clock that the test drives. */
export async function schedulingBench(init: SchedulingInit = {}, startMs = Date.UTC(2026, 10, 20, 12)) {
  const clock = new SimClock(startMs);
  const storage = await startedStorage(clock);
  const publications = new FakePublications(() => clock.nowMs());
  const missed: MissedRun[] = [];
  const standings = standingsOf('home');
  const roles = rolesBy(storesOf(storage).grants);

  /** One process; several may share the database. */
  function hub(changes: Partial<Pick<SchedulingComponents, 'announceMissed' | 'logger'>> = {}) {
    const scheduling = createScheduling(
      {
        db: storesOf(storage).db,
        standings,
        clock,
        chance: systemChance(),
        logger: silentLogger(),
        publications,
        targets: publications,
        announceMissed: async (run) => void missed.push(run),
        ...changes,
      },
      { pollMs: 24 * 3_600_000, ...init },
    );
    clock.watch(() => scheduling.settled());
    onTestFinished(() => scheduling.stop?.());
    const perform = createPerform({
      actions: scheduling.actions,
      standings,
      roles,
      ledger: storage.ledger,
      clock,
      logger: silentLogger(),
      stopping: new AbortController().signal,
    });
    return { scheduling, perform };
  }

  return {
    standings,
    clock,
    storage,
    db: storesOf(storage).db,
    publications,
    missed,
    hub,
    grants: storesOf(storage).grants,
  };
}

export type Bench = Awaited<ReturnType<typeof schedulingBench>>;
