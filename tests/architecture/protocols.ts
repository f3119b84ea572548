import { targetOf } from './floors.ts';
import type { SourceFile } from './scan.ts';

const folder = 'src/mesh/protocols/';

/**
 * A protocol stands on `wire` and on the mesh, never on another protocol; `wire` on none of them. The rest of the mesh
 * knows protocols by their list.
 */
export function neighbourlyProtocols(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    if (!file.path.startsWith('src/mesh/') || file.path === `${folder}index.ts`) return [];
    const own = protocolOf(file.path) ?? 'the node';
    return file.imports.flatMap(({ specifier, line }) => {
      const other = protocolOf(targetOf(file.path, specifier) ?? '');
      if (other === undefined || other === own) return [];
      if (other === 'wire' && own !== 'the node') return [];
      return [`${file.path}:${line} imports ${specifier}: ${own} must not know ${other}`];
    });
  });
}

/** A folder of protocols, and whether it has the README that is its specification. */
export interface ProtocolFolder {
  name: string;
  specified: boolean;
}

/** Folders that the list leaves out, lists under another name, or that have no specification. */
export function protocolListProblems(
  list: Pick<SourceFile, 'text'>,
  folders: readonly ProtocolFolder[],
): string[] {
  const keyOf = new Map<string, string>();
  const entries = [...list.text.matchAll(/^ {4}'?([\w-]+)'?: (\w+)\(host\),$/gm)];
  for (const [, maker = '', file = ''] of list.text.matchAll(/^import \{ (\w+) \} from '\.\/([\w-]+)\//gm))
    keyOf.set(file, entries.find(([, , called]) => called === maker)?.[1] ?? '');
  return folders.flatMap(({ name, specified }) => [
    ...(specified ? [] : [`${folder}${name} has no README.md: it is the protocol's specification`]),
    ...(name === 'wire' || keyOf.get(name) === name
      ? []
      : [`${folder}${name} is not listed as “${name}” in ${folder}index.ts: add a line`]),
  ]);
}

/** The folder of a file within the folder of protocols; undefined for what lies elsewhere or directly in it. */
function protocolOf(path: string): string | undefined {
  if (!path.startsWith(folder)) return undefined;
  const [name, ...rest] = path.slice(folder.length).split('/');
  return rest.length === 0 ? undefined : name;
}
