import type { Kysely } from 'kysely';
import type { PlannedArtifacts } from '#contracts/artifacts.ts';
import type { Schema } from './tables/schema.ts';

/** Artifacts in the content of a schedule that will run again, and of a run that is due. */
export function createPlannedArtifacts(db: Kysely<Schema>): PlannedArtifacts {
  return {
    async includes(cid) {
      const wanted = `%"cid":"${cid}"%`;
      const row = await db
        .selectFrom('schedule')
        .select('id')
        .where('next_slot_ms', 'is not', null)
        .where('content', 'like', wanted)
        .unionAll(
          db
            .selectFrom('schedule_slot')
            .select('schedule_id as id')
            .where('state', '=', 'due')
            .where('content', 'like', wanted),
        )
        .limit(1)
        .executeTakeFirst();
      return row !== undefined;
    },
  };
}
