import type { Chance, Clock } from '#core/clock.ts';
import type { Logger } from '#core/logger.ts';
import type { ChangedKeys } from './changed-keys.ts';
import type { Communities } from './communities.ts';
import type { ConnectionTable } from './connection-table.ts';
import type { Contacts } from './contacts.ts';
import type { MeshProtocol } from './protocols/contract.ts';
import type { TrustList } from './trust-list.ts';

/** What outlives a single run of the node. */
export interface MeshParts {
  trust: TrustList;
  contacts: Contacts;
  connections: ConnectionTable;
  communities: Communities;
  changedKeys: ChangedKeys;
  /** All that the node serves, by name. Throws when two have one name. */
  protocols: () => ReadonlyMap<string, MeshProtocol>;
  counters: MeshCounters;
  clock: Clock;
  chance: Chance;
  logger: Logger;
}

export interface MeshCounters {
  /** Counts application streams of communities that aren't trusted. */
  streamRefused(): void;
}
