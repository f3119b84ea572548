import type { MeshProtocol } from './contract.ts';

const list = 'src/mesh/protocols/index.ts';

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
    if (!/^\/guildmesh\/[a-z0-9-]+\/[1-9][0-9]*$/.test(id) || id.split('/')[2] !== name)
      throw new Error(
        `${list} lists “${name}” with the id ${id}: make it /guildmesh/${name}/1, or the version that it has, in src/mesh/protocols/${name}.`,
      );
    nameById.set(id, name);
  }
  return new Map(Object.entries(listed));
}
