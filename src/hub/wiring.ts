import type { AnyAction } from '#contracts/action.ts';
import type { Examiner } from '#contracts/diagnosis.ts';
import type { AnyService, ProcessRole } from '#contracts/service.ts';
import type { Startable } from '#core/lifecycle.ts';
import { PortBoard } from './port-board.ts';
import { checkPorts } from './port-check.ts';

export interface WiringInit<P, Config> {
  /** Ports that are there before any service. */
  given: Partial<P>;
  /** Names of ports that the caller adds to `board` once all services are created. */
  collected: readonly (keyof P & string)[];
  config: Config;
  role: ProcessRole;
}

export interface Wired<P extends object> {
  board: PortBoard<P>;
  /** In the order of the services, as are those below. */
  parts: readonly Startable[];
  actions: readonly AnyAction[];
  examiners: readonly Examiner[];
}

/**
 * Creates the services in their order, each with the ports it names. Throws one sentence for each thing that doesn't
 * fit, which names the service, the port and the file to change.
 */
export async function wire<P extends object, Config>(
  services: readonly AnyService<P, Config>[],
  { given, collected, config, role }: WiringInit<P, Config>,
): Promise<Wired<P>> {
  checkPorts(services, { given: Object.keys(given), collected });
  const board = new PortBoard<P>(given);
  const parts: Startable[] = [];
  const actions: AnyAction[] = [];
  const examiners: Examiner[] = [];
  const implementedBy = new Map<string, string>();
  for (const { name, needs, late = [], offers = [], roles = ['all'], create } of services) {
    const built = await create(board.only(needs), config, board.late(name, late));
    board.offer(name, offers, built.ports);
    noteActions(implementedBy, name, built.actions ?? []);
    if (roles.includes(role)) parts.push(...(built.parts ?? []));
    actions.push(...(built.actions ?? []));
    if (built.examiner) examiners.push(built.examiner);
  }
  return { board, parts, actions, examiners };
}

/** Throws for an action that an earlier service, or the same one, implements already. */
function noteActions(
  implementedBy: Map<string, string>,
  service: string,
  actions: readonly AnyAction[],
): void {
  for (const { spec } of actions) {
    const first = implementedBy.get(spec.name);
    if (first !== undefined)
      throw new Error(
        `The services “${first}” and “${service}” both implement the action “${spec.name}”: remove it from one of them, or rename one in src/contracts/actions.`,
      );
    implementedBy.set(spec.name, service);
  }
}
