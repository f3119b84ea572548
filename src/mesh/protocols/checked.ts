import type { MeshProtocol } from './contract.ts';

const list = 'src/mesh/protocols/index.ts';
const idForm = /^\/guildmesh\/([a-z0-9-]+)\/[1-9][0-9]*$/;

/**
 * Protocols by name. Throws when two have one id, or one has an id without name or version; nothing is open by then.
 */
export function checkedProtocols(
  listed: Readonly<Record<string, MeshProtocol>>,
): ReadonlyMap<string, MeshProtocol> {
  const nameById = new Map<string, string>();
  for (const [name, { id }] of Object.entries(listed)) {
    const holder = nameById.get(id);
    if (holder !== undefined)
      throw new Error(
        `${list} lists two protocols with the id ${id}, “${holder}” and “${name}”: take one line out, or give src/mesh/protocols/${name} an id of its own.`,
      );
    if (idForm.exec(id)?.[1] !== name)
      throw new Error(
        `${list} lists “${name}” with the id ${id}: make it /guildmesh/${name}/1, or the version that it has, in src/mesh/protocols/${name}.`,
      );
    nameById.set(id, name);
  }
  return new Map(Object.entries(listed));
}

/**
 * What all services bring, by the NAME in their ids. Throws for one without name or version, and for two of one name: the
 * hub has refused equal ids when it was put together.
 */
export function protocolsByName(protocols: readonly MeshProtocol[]): ReadonlyMap<string, MeshProtocol> {
  const byName = new Map<string, MeshProtocol>();
  for (const protocol of protocols) {
    const name = idForm.exec(protocol.id)?.[1];
    if (name === undefined)
      throw new Error(
        `A service brings a protocol with the id “${protocol.id}”: make it /guildmesh/NAME/1 in what \`create\` gives in its service.ts.`,
      );
    const other = byName.get(name);
    if (other)
      throw new Error(
        `Two protocols are named “${name}”, ${other.id} and ${protocol.id}: rename the one that a service.ts brings, or the folder in src/mesh/protocols.`,
      );
    for (const [limit, streams] of Object.entries(protocol.limits))
      if (!Number.isSafeInteger(streams) || streams < 1)
        throw new Error(
          `The protocol ${protocol.id} has a limit \`${limit}\` of ${streams}: give a whole number of streams, 1 or more, where it is made.`,
        );
    byName.set(name, protocol);
  }
  return byName;
}
