import type { AnyAction } from '#contracts/action.ts';
import type { Examiner } from '#contracts/diagnosis.ts';
import type { OfferedProtocol } from '#contracts/protocol.ts';
import type { AnyService, ProcessRole } from '#contracts/service.ts';
import type { Startable } from '#core/lifecycle.ts';
import { Collection } from './collection.ts';
import { PortBoard } from './port-board.ts';
import { checkPorts } from './port-check.ts';

export interface WiringInit<P, Config> {
  /** Ports that exist before any service. */
  given: Partial<P>;
  /** Names of ports that the caller adds to `board` once all services are created. */
  collected: readonly (keyof P & string)[];
  config: Config;
  role: ProcessRole;
}

export interface Wired<P extends object> {
  board: PortBoard<P>;
  /** In the order of the services, like those below. */
  parts: readonly Startable[];
  actions: readonly AnyAction[];
  protocols: readonly OfferedProtocol[];
  examiners: readonly Examiner[];
}

/**
 * Creates the services in their order, each with the ports it names. Throws with one sentence for each thing that
 * doesn't fit, naming the service, the port and the file to change.
 */
export async function wire<P extends object, Config>(
  services: readonly AnyService<P, Config>[],
  { given, collected, config, role }: WiringInit<P, Config>,
): Promise<Wired<P>> {
  checkPorts(services, { given: Object.keys(given), collected });
  const board = new PortBoard<P>(given);
  const parts: Startable[] = [];
  const actions = new Collection<AnyAction>('action', ({ spec }) => spec.name);
  const protocols = new Collection<OfferedProtocol>('protocol', ({ id }) => id);
  const examiners: Examiner[] = [];
  for (const { name, needs, late = [], offers = [], roles = ['all'], create } of services) {
    const built = await create(board.only(needs), config, board.late(name, late));
    board.offer(name, offers, built.ports);
    actions.add(name, built.actions);
    protocols.add(name, built.protocols);
    if (roles.includes(role)) parts.push(...(built.parts ?? []));
    if (built.examiner) examiners.push(built.examiner);
  }
  return { board, parts, actions: actions.all, protocols: protocols.all, examiners };
}
