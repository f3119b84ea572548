import { defineService } from '#contracts/service.ts';
import type { PortsWithDatabase } from '#storage/storage-ports.ts';
import { createHomeGuildStore } from '../tables/home-guild-store.ts';
import { createHosting } from './hosting.ts';

interface HostingConfig {
  community: { name: string };
  discord: { guildIds: readonly string[] };
  operators: readonly string[];
}

/** The people who host this hub, and its guilds. A process that only delivers needs this, too. */
export const hostingService = defineService<HostingConfig, PortsWithDatabase>()({
  name: 'home guilds',
  needs: ['database', 'guildRows', 'clock', 'logger'],
  late: ['application', 'guilds'],
  offers: ['hosting', 'standings'],
  roles: ['all', 'publisher'],
  create({ database, guildRows, clock, logger }, config, late) {
    const hosting = createHosting(
      {
        store: createHomeGuildStore(database.db, guildRows),
        application: (signal) => late.application()(signal),
        guilds: () => late.guilds().guilds(),
        clock,
        logger,
      },
      {
        community: config.community.name,
        guildIds: config.discord.guildIds,
        operators: config.operators,
        shared: database.engine === 'postgres',
      },
    );
    return {
      ports: { hosting, standings: hosting.standings },
      parts: [hosting],
      actions: hosting.actions,
      examiner: hosting.examiner,
    };
  },
});
