import { defineService } from '#contracts/service.ts';
import { tablesOf } from '#storage/owned-tables.ts';
import type { PortsWithDatabase } from '#storage/storage-ports.ts';
import { createPlannedArtifacts } from './planned-artifacts.ts';
import { createScheduling } from './scheduling.ts';
import type { Schema } from './tables/schema.ts';

/** Schedules and milestones; reached milestones may start chains. */
export const schedulingService = defineService<unknown, PortsWithDatabase>()({
  name: 'schedules',
  needs: [
    'database',
    'standings',
    'publications',
    'targets',
    'chains',
    'announceMissed',
    'clock',
    'chance',
    'logger',
  ],
  offers: ['plannedArtifacts'],
  create({ database, chains, ...ports }) {
    const db = tablesOf<Schema>(database.db);
    const scheduling = createScheduling({ ...ports, db });
    scheduling.onReached((event) => chains.milestoneReached(event));
    return {
      ports: { plannedArtifacts: createPlannedArtifacts(db) },
      parts: [scheduling],
      actions: scheduling.actions,
    };
  },
});
