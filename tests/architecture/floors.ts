import { posix } from 'node:path';
import packageFile from '../../package.json' with { type: 'json' };
import type { SourceFile } from './scan.ts';

/**
 * Which area may import which. An area is a folder of src, or commands, plugins, config; `process` is the files that
 * lie directly in src. Areas of one floor know each other through contracts alone.
 */
const floors: Record<string, readonly string[] | 'everything'> = {
  process: 'everything',
  // Doors and contributions.
  discord: ['contracts', 'core'],
  web: ['contracts', 'core'],
  cli: ['contracts', 'core'],
  commands: ['contracts', 'core'],
  plugins: ['contracts', 'core'],
  // It is Discord, not us.
  playground: ['core'],
  // Services.
  access: ['storage', 'contracts', 'core'],
  audio: ['storage', 'contracts', 'core'],
  mesh: ['storage', 'contracts', 'core'],
  publishing: ['storage', 'contracts', 'core'],
  scheduling: ['storage', 'contracts', 'core'],
  storage: ['contracts', 'core'],
  config: ['core'],
  contracts: ['core'],
  core: [],
};

export function floorViolations(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) =>
    file.imports.flatMap(({ specifier, line }) => {
      const target = targetOf(file.path, specifier);
      if (target === undefined) return [];
      const from = areaOf(file.path);
      const to = areaOf(target);
      const allowed = floors[from];
      if (allowed === undefined) return [`${file.path}: the area “${from}” has no floor`];
      if (allowed === 'everything' || from === to || allowed.includes(to)) return [];
      return [`${file.path}:${line} imports ${target}: ${from} must not know ${to}`];
    }),
  );
}

/** The file an import names, from the repository's root; undefined for what is not ours. */
export function targetOf(path: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(path), specifier);
  for (const [alias, target] of Object.entries(packageFile.imports)) {
    const prefix = alias.slice(0, -1);
    if (specifier.startsWith(prefix)) return posix.join(target.slice(0, -1), specifier.slice(prefix.length));
  }
  return undefined;
}

export function areaOf(path: string): string {
  const [top, second, ...rest] = path.split('/');
  if (top !== 'src') return top ?? '';
  return rest.length === 0 ? 'process' : (second ?? '');
}
