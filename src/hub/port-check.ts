import type { AnyService } from '#contracts/service.ts';

type Names = Pick<AnyService<Record<string, unknown>, never>, 'name' | 'needs' | 'late' | 'offers'>;

/** Offered by the hub itself: `given` before any service is created, `collected` after all of them. */
export interface OwnPorts {
  given: readonly string[];
  collected: readonly string[];
}

/** Throws one error that names everything that doesn't fit, before any service is created. */
export function checkPorts(services: readonly Names[], own: OwnPorts): void {
  const problems = [...sameNames(services), ...offeredTwice(services, own), ...unmet(services, own)];
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

function sameNames(services: readonly Names[]): string[] {
  const names = services.map(({ name }) => name);
  return [...new Set(names.filter((name, index) => names.indexOf(name) < index))].map(
    (name) =>
      `Two services in src/hub/services.ts are named “${name}”: remove one from the list, or give it another name in its service.ts.`,
  );
}

function offeredTwice(services: readonly Names[], { given, collected }: OwnPorts): string[] {
  const by = new Map([...given, ...collected].map((port) => [port, 'the hub']));
  return services.flatMap(({ name, offers = [] }) =>
    offers.flatMap((port) => {
      const first = by.get(port);
      by.set(port, `the service “${name}”`);
      return first === undefined
        ? []
        : `The service “${name}” offers the port “${port}”, which ${first} offers already: rename it in \`offers\` of the service.ts of “${name}”, and in src/contracts/ports.ts.`;
    }),
  );
}

function unmet(services: readonly Names[], { given, collected }: OwnPorts): string[] {
  const everything = new Set([...given, ...collected, ...services.flatMap(({ offers = [] }) => offers)]);
  const earlier = new Set(given);
  return services.flatMap((service) => {
    const { name, needs, late = [], offers = [] } = service;
    const unmetNeeds = needs
      .filter((port) => !earlier.has(port))
      .map((port) => (everything.has(port) ? tooLate(service, port, services) : unknown(name, port)));
    for (const port of offers) earlier.add(port);
    return [
      ...unmetNeeds,
      ...late.filter((port) => !everything.has(port)).map((port) => unknown(name, port)),
    ];
  });
}

function unknown(name: string, port: string): string {
  return `The service “${name}” needs the port “${port}”, which nobody offers: list in src/hub/services.ts the service that offers it, or correct \`needs\` and \`late\` in the service.ts of “${name}”.`;
}

function tooLate({ name }: Names, port: string, services: readonly Names[]): string {
  const owner = services.find(({ offers = [] }) => offers.includes(port))?.name;
  const markLate = `name the port in \`late\` instead of \`needs\` in the service.ts of “${name}”`;
  if (owner === undefined)
    return `The service “${name}” needs the port “${port}”, which the hub offers once all services are created: ${markLate}.`;
  if (owner === name)
    return `The service “${name}” needs the port “${port}”, which it offers itself: ${markLate}.`;
  return `The service “${name}” needs the port “${port}”, which “${owner}” offers after it: move “${owner}” above “${name}” in src/hub/services.ts, or ${markLate}.`;
}
