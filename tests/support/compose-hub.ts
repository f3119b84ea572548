import { loadConfig } from '#config/load.ts';
import { systemChance, systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { Scrubber } from '#core/scrubber.ts';
import { createHub, type Hub } from '#hub/hub.ts';

/** A hub of these settings, put together and never started: nothing is opened, made or asked. */
export function composeHub(env: Record<string, string>): Promise<Hub> {
  const config = loadConfig({ env: { DISCORD_TOKEN: 'never-used', ...env }, readFile: () => '' });
  return createHub(config, {
    clock: systemClock(),
    chance: systemChance(),
    logger: silentLogger(),
    scrubber: new Scrubber(),
    environment: { get: () => undefined },
    stateDirectory: '/nonexistent/never-used',
    searchPath: '',
    onFatal: () => {},
  });
}
