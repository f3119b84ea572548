/** The composition root: lays the foundation, wires the services, and puts all parts into one lifecycle. */
import { createPerform } from '#access/perform.ts';
import type { HubConfig } from '#config/load.ts';
import { Lifecycle } from '#core/lifecycle.ts';
import { createFoundation, type HubComponents } from './foundation.ts';
import { services } from './services.ts';
import { settingsOf } from './settings.ts';
import { wire } from './wiring.ts';

export interface Hub {
  start(signal: AbortSignal): Promise<void>;
  stop(): Promise<void>;
  /** Communities that hear something of this hub now. */
  peersHearing(): readonly string[];
}

/** Constructs a hub; only code is loaded. `config.discord.token` must be set. */
export async function createHub(config: HubConfig, components: HubComponents): Promise<Hub> {
  const { clock, logger, scrubber } = components;
  const stopping = new AbortController();
  const settings = settingsOf(config, components);
  const foundation = createFoundation(settings, components);
  const { board, actions, examiners, protocols, parts } = await wire(services, {
    given: foundation.ports,
    collected: ['perform', 'examiners', 'protocols'],
    config: settings,
    role: settings.process.roles,
  });
  const perform = createPerform({
    ...board.only(['roles', 'standings', 'ledger']),
    actions,
    redact: (value) => scrubber.redact(value),
    clock,
    logger,
    stopping: stopping.signal,
  });
  board.offer('hub', ['perform', 'examiners', 'protocols'], { perform, examiners, protocols });

  const lifecycle = new Lifecycle(
    { clock, logger },
    [...foundation.parts, ...parts],
    settings.shutdown.drainMs,
  );
  return {
    start: (signal) => lifecycle.start(signal),
    ...board.only(['peersHearing']),
    stop: () => {
      stopping.abort(new Error('the hub stops'));
      return lifecycle.stop();
    },
  };
}
