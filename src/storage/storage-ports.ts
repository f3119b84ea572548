import type { Ports } from '#contracts/ports.ts';
import type { GuildRows } from './owned-tables.ts';
import type { Storage } from './storage.ts';

/** For services that keep tables of their own. */
export interface PortsWithDatabase extends Ports {
  database: Pick<Storage, 'db' | 'engine' | 'hubId'>;
  /** The queries of all services that give guild ids. */
  guildRows: GuildRows;
}
