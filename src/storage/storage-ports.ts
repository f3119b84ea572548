import type { Ports } from '#contracts/ports.ts';
import type { GuildRows } from './owned-tables.ts';
import type { Storage } from './storage.ts';

/** For services that keep tables of their own. */
export interface PortsWithDatabase extends Ports {
  database: Pick<Storage, 'db' | 'engine' | 'hubId'>;
  /** Where guild ids stand in the tables of all services. */
  guildRows: GuildRows;
}
