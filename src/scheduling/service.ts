import { defineService } from '#contracts/service.ts';
import { tablesOf } from '#storage/owned-tables.ts';
import type { PortsWithDatabase } from '#storage/storage-ports.ts';
import { createScheduling } from './scheduling.ts';

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
  create({ database, chains, ...ports }) {
    const scheduling = createScheduling({ ...ports, db: tablesOf(database.db) });
    scheduling.onReached((event) => chains.milestoneReached(event));
    return { ports: {}, parts: [scheduling], actions: scheduling.actions };
  },
});
