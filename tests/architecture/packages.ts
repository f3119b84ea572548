import { builtinModules } from 'node:module';
import type { SourceFile } from './scan.ts';

/** Where alone a package, or a module of Node's, may be imported, and what it is the one door to. */
const doors: readonly { packages: RegExp; folders: readonly string[] }[] = [
  { packages: /^discord\.js$/, folders: ['src/discord/', 'commands/'] },
  { packages: /^@discordjs\/voice$/, folders: ['src/audio/voice/'] },
  { packages: /^(libp2p|@libp2p\/.+|@multiformats\/.+|uint8arraylist)$/, folders: ['src/mesh/'] },
  { packages: /^(node:sqlite|pg|keyv)$/, folders: ['src/storage/'] },
  // The query layer: for those who keep tables of their own, above the driver.
  {
    packages: /^kysely$/,
    folders: [
      'src/storage/',
      'src/publishing/',
      'src/scheduling/',
      ...['access', 'audio', 'mesh'].map((service) => `src/${service}/tables/`),
    ],
  },
  { packages: /^pino$/, folders: ['src/core/'] },
  { packages: /^(ws|fastify|@fastify\/.+)$/, folders: ['packages/', 'src/web/'] },
  { packages: /^undici$/, folders: ['src/audio/', 'src/discord/'] },
  { packages: /^node:child_process$/, folders: ['src/audio/', 'src/demo/', 'src/pack/'] },
  { packages: /^node:worker_threads$/, folders: ['src/audio/voice/'] },
  // No wall, whatever its name says.
  { packages: /^node:(vm|wasi)$/, folders: [] },
];

export function packageViolations(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) =>
    file.imports.flatMap(({ specifier, line }) => {
      const name = packageOf(specifier);
      const door = doors.find(({ packages }) => name !== undefined && packages.test(name));
      if (!door || door.folders.some((folder) => file.path.startsWith(folder))) return [];
      return [`${file.path}:${line} imports ${name}: only ${door.folders.join(', ') || 'nobody'} may`];
    }),
  );
}

/** Imports of packages that are not among the declared ones. */
export function undeclaredImports(files: readonly SourceFile[], declared: ReadonlySet<string>): string[] {
  return files.flatMap((file) =>
    file.imports.flatMap(({ specifier, line }) => {
      const name = packageOf(specifier);
      if (name === undefined || name.startsWith('node:') || declared.has(name)) return [];
      const hint = builtinModules.includes(name) ? `write node:${name}` : 'it is not in package.json';
      return [`${file.path}:${line} imports ${name}: ${hint}`];
    }),
  );
}

/** The package an import names, or `node:…`; undefined for our own files. */
function packageOf(specifier: string): string | undefined {
  if (/^[.#]/.test(specifier)) return undefined;
  if (specifier.startsWith('node:')) return specifier;
  const [scopeOrName, name] = specifier.split('/');
  return scopeOrName?.startsWith('@') ? `${scopeOrName}/${name}` : scopeOrName;
}
