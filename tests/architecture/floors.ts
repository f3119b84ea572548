import { posix } from 'node:path';
import packageFile from '../../package.json' with { type: 'json' };
import elsewhere from '../../packages/elsewhere/package.json' with { type: 'json' };
import localDiscord from '../../packages/local-discord/package.json' with { type: 'json' };
import type { SourceFile } from './scan.ts';

/**
 * Which area may import which. An area is a folder of src or packages, or commands, plugins, config; `process` is the
 * files that lie directly in src. Areas of one floor know each other through contracts alone. A folder of src that is
 * not named here and brings a `service.ts` is a service.
 */
const floors: Record<string, readonly string[] | 'everything'> = {
  process: 'everything',
  hub: 'everything',
  // Doors and contributions.
  discord: ['contracts', 'core'],
  web: ['contracts', 'core'],
  cli: ['contracts', 'core'],
  commands: ['contracts', 'core'],
  plugins: ['contracts', 'core'],
  // Hubs as people start them, against a Discord that is not ours to know.
  demo: ['local-discord', 'elsewhere', 'core'],
  // What makes npm packages of our folders.
  pack: ['core'],
  // It is Discord, not us.
  'local-discord': [],
  // They are places that hubs publish to, and know none.
  elsewhere: [],
  storage: ['contracts', 'core'],
  // Only what each plugin declares: their options are the hub's.
  config: ['plugins', 'core'],
  contracts: ['core'],
  core: [],
};

const serviceFloor: readonly string[] = ['storage', 'contracts', 'core'];
/** Areas of src that are neither services nor doors. */
const notServices = ['process', 'hub', 'demo', 'pack', 'cli', 'storage', 'contracts', 'core'];

/** Areas of src that a `service.ts` must introduce to the hub. */
export function serviceAreas(files: readonly SourceFile[]): string[] {
  const areas = files.filter(({ path }) => path.startsWith('src/')).map(({ path }) => areaOf(path));
  return [...new Set(areas)].filter((area) => !notServices.includes(area)).sort();
}

/** `tree`: all sources, which say what areas are services. */
export function floorViolations(files: readonly SourceFile[], tree: readonly SourceFile[]): string[] {
  const services = new Set(
    tree.flatMap(({ path }) => (/^src\/[^/]+\/service\.ts$/.test(path) ? areaOf(path) : [])),
  );
  return files.flatMap((file) =>
    file.imports.flatMap(({ specifier, line }) => {
      const target = targetOf(file.path, specifier);
      if (target === undefined) return [];
      const from = areaOf(file.path);
      const to = areaOf(target);
      const allowed = floors[from] ?? (services.has(from) ? serviceFloor : undefined);
      if (allowed === undefined)
        return [
          `${file.path}: the area “${from}” has no floor: name it in tests/architecture/floors.ts, or give it a service.ts`,
        ];
      if (allowed === 'everything' || from === to || allowed.includes(to)) return [];
      return [`${file.path}:${line} imports ${target}: ${from} must not know ${to}`];
    }),
  );
}

/** The file an import names, from the repository's root; undefined for what is not ours. */
export function targetOf(path: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(path), specifier);
  for (const beside of packagesBeside) {
    const { name } = beside.file;
    if (specifier === name || specifier.startsWith(`${name}/`))
      return exportedFile(beside, specifier.slice(name.length));
  }
  for (const [alias, target] of Object.entries(packageFile.imports)) {
    const prefix = alias.slice(0, -1);
    if (specifier.startsWith(prefix)) return posix.join(target.slice(0, -1), specifier.slice(prefix.length));
  }
  return undefined;
}

interface PackageBeside {
  folder: string;
  file: { name: string; exports: Readonly<Record<string, string>> };
}

const packagesBeside: readonly PackageBeside[] = [
  { folder: 'packages/local-discord/', file: localDiscord },
  { folder: 'packages/elsewhere/', file: elsewhere },
];

/** What a path of the package leads to by its `exports`; a name without a file when it leads nowhere. */
function exportedFile({ folder, file }: PackageBeside, subpath: string): string {
  for (const [pattern, target] of Object.entries(file.exports)) {
    const [start = '', end] = `.${subpath}` === pattern ? [pattern, ''] : pattern.split('*');
    if (end === undefined || !`.${subpath}`.startsWith(start)) continue;
    return posix.join(folder, target.replace('*', `.${subpath}`.slice(start.length)));
  }
  return `${folder}not-exported${subpath}`;
}

export function areaOf(path: string): string {
  const [top, second, ...rest] = path.split('/');
  if (top === 'packages') return second ?? '';
  if (top !== 'src') return top ?? '';
  return rest.length === 0 ? 'process' : (second ?? '');
}
