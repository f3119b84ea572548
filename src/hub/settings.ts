import type { HubConfig } from '#config/load.ts';
import type { Secret } from '#core/secret.ts';
import packageFile from '../../package.json' with { type: 'json' };

/** The configuration as services read it, each its own sections, completed by what only the process knows. */
export interface HubSettings extends Omit<HubConfig, 'discord' | 'stateDir'> {
  discord: HubConfig['discord'] & { token: Secret };
  /** Used by this hub alone; made if missing. */
  stateDir: string;
  /** Where programs are looked for, as in PATH. */
  searchPath: string | undefined;
  /** Version of this program: "0.1.0". */
  version: string;
}

/** `config.discord.token` must be set. */
export function settingsOf(
  config: HubConfig,
  { stateDirectory, searchPath }: { stateDirectory: string; searchPath: string | undefined },
): HubSettings {
  const { token } = config.discord;
  if (!token) throw new Error('a hub needs a token');
  const { version } = packageFile;
  return { ...config, discord: { ...config.discord, token }, stateDir: stateDirectory, searchPath, version };
}
