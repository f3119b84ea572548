import { commands } from '#commands/index.ts';
import type { ProcessPorts, StoredPorts } from '#contracts/ports.ts';
import type { ProcessRole } from '#contracts/service.ts';
import type { Startable } from '#core/lifecycle.ts';
import { applicationIdOf } from '#discord/client/application-id.ts';
import { plugins } from '#plugins/index.ts';
import { SoleProcess } from '#storage/sole-process.ts';
import { createStorage, type Storage } from '#storage/storage.ts';
import type { PortsWithDatabase } from '#storage/storage-ports.ts';
import { guildRows, migrations, stateNames } from '../tables.ts';
import type { HubSettings } from './settings.ts';

/** What the process provides. */
export interface HubComponents extends Omit<ProcessPorts, 'commands' | 'publishers'> {
  /** Used by this hub alone; made if missing. */
  stateDirectory: string;
  /** Where programs are looked for, as in PATH. */
  searchPath: string | undefined;
}

type DatabasePorts = StoredPorts & Pick<PortsWithDatabase, 'database' | 'guildRows'>;

export interface Foundation {
  ports: ProcessPorts & DatabasePorts;
  /** Started before the services' parts. */
  parts: readonly Startable[];
}

/** The base of every service: the process, storage, and what commands/ and plugins/ contribute. */
export function createFoundation(settings: HubSettings, components: HubComponents): Foundation {
  const { stateDirectory: _, searchPath: _path, ...process } = components;
  const storage = createStorage(components, {
    stateDir: settings.stateDir,
    ...settings.storage,
    migrations,
    stateNames,
    artifactsDir: settings.artifacts.dir,
  });
  const { clock, logger, onFatal: onLost } = components;
  const applicationId = (signal: AbortSignal) => applicationIdOf({ clock, logger }, settings.discord, signal);
  const sole = new SoleProcess(
    { storage, applicationId, clock, logger, onLost },
    { ...settings.storage, community: settings.community.name },
  );
  const partsOf: Record<ProcessRole, readonly Startable[]> = {
    all: [storage, sole],
    // It answers nobody, so any number of them may run beside the hub: without the application's lock.
    publisher: [storage],
  };
  return {
    ports: { ...process, commands, publishers: plugins, ...portsOf(storage) },
    parts: partsOf[settings.process.roles],
  };
}

function portsOf(storage: Storage): DatabasePorts {
  const { ledger } = storage;
  return {
    database: storage,
    guildRows,
    ledger,
    audit: { record: (row) => ledger.settle(undefined, undefined, row) },
    auditReader: storage.audit,
    intents: storage.intents,
    cache: storage.cache,
  };
}
