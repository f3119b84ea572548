import { configErrors } from './errors.ts';
import type { HubConfig } from './load.ts';

/** The options that a process which only publishes must share with the hub. Throws CONFIG_PUBLISHER_INCOMPLETE. */
export function requirePublisherOptions({ process, storage, discord, artifacts }: HubConfig): void {
  if (process.roles !== 'publisher') return;
  const missing: string[] = [];
  if (!storage.postgresUrl)
    missing.push(
      'GUILDMESH_STORAGE_POSTGRES_URL: the hub’s Postgres. A SQLite file lies in a state folder, which belongs to one process: a hub on SQLite delivers by itself',
    );
  if (!discord.token) missing.push('DISCORD_TOKEN: the hub’s, for what is sent to Discord');
  if (artifacts.dir === undefined)
    missing.push('GUILDMESH_ARTIFACTS_DIR: the folder that the hub keeps artifacts in, set for both');
  if (missing.length > 0) throw configErrors.CONFIG_PUBLISHER_INCOMPLETE({ missing });
}
