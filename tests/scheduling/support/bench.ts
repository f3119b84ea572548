import type { Kysely } from 'kysely';
import { onTestFinished } from 'vitest';
import type { Actor, GuildMemberActor } from '#contracts/actor.ts';
import { createPerform } from '#contracts/perform.ts';
import { type Clock, systemChance } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import type { DatabasePlace } from '#storage/database.ts';
import type { Schema } from '#storage/schema.ts';
import { createAccess } from '../../../src/access/access.ts';
import type { MissedRun } from '../../../src/scheduling/missed-runs.ts';
import { createScheduling, type SchedulingInit } from '../../../src/scheduling/scheduling.ts';
import { openDatabase } from '../../support/engines.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { startedStorage } from '../../support/started-storage.ts';
import { FakePublications } from './fake-publications.ts';

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
    ...facts,
  };
}

/** Schedules on a real database, with a clock that the test drives. */
export async function schedulingBench(init: SchedulingInit = {}, startMs = Date.UTC(2026, 10, 20, 12)) {
  const clock = new FakeClock(startMs);
  const storage = await startedStorage(clock);
  const publications = new FakePublications(() => clock.nowMs());
  const missed: MissedRun[] = [];
  const access = createAccess({ grants: storage.grants });

  /** One process; several may share the database. */
  function hub(changes: { announceMissed?: (run: MissedRun) => Promise<void> } = {}) {
    const scheduling = createScheduling(
      {
        db: storage.db,
        clock,
        chance: systemChance(),
        logger: silentLogger(),
        publications,
        targets: publications,
        announceMissed: async (run) => void missed.push(run),
        ...changes,
      },
      init,
    );
    onTestFinished(() => scheduling.stop?.());
    const perform = createPerform({
      actions: scheduling.actions,
      roles: access.roles,
      ledger: storage.ledger,
      clock,
      logger: silentLogger(),
      stopping: new AbortController().signal,
    });
    return { scheduling, perform };
  }

  return { clock, storage, db: storage.db, publications, missed, hub, grants: storage.grants };
}

export type Bench = Awaited<ReturnType<typeof schedulingBench>>;

/** One process on a database that others may use too. */
export async function processOn(
  place: DatabasePlace,
  parts: { clock: Clock; publications: FakePublications; missed: MissedRun[] },
  init: SchedulingInit,
): Promise<{ db: Kysely<Schema>; scheduling: ReturnType<typeof createScheduling> }> {
  const db = await openDatabase(place, parts.clock);
  const scheduling = createScheduling(
    {
      db,
      clock: parts.clock,
      chance: systemChance(),
      logger: silentLogger(),
      publications: parts.publications,
      targets: parts.publications,
      announceMissed: async (run) => void parts.missed.push(run),
    },
    init,
  );
  return { db, scheduling };
}

export const system: Actor = { kind: 'system', reason: 'test' };
