import { targetOf } from './floors.ts';
import type { SourceFile } from './scan.ts';

const folder = 'src/mesh/protocols/';

/** A protocol stands on `wire` and on the mesh, never on another protocol; `wire` on none of them. */
export function neighbourlyProtocols(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    const own = protocolOf(file.path);
    if (own === undefined) return [];
    return file.imports.flatMap(({ specifier, line }) => {
      const other = protocolOf(targetOf(file.path, specifier) ?? '');
      if (other === undefined || other === own || other === 'wire') return [];
      return [`${file.path}:${line} imports ${specifier}: ${own} must not know ${other}`];
    });
  });
}

/** The folder of a file within the folder of protocols; undefined for what lies elsewhere or directly in it. */
function protocolOf(path: string): string | undefined {
  if (!path.startsWith(folder)) return undefined;
  const [name, ...rest] = path.slice(folder.length).split('/');
  return rest.length === 0 ? undefined : name;
}
