export interface LockedPackage {
  version?: string;
  hasInstallScript?: boolean;
  integrity?: string;
  link?: boolean;
}

/** Path in node_modules → package, as package-lock.json has them. */
export type LockedPackages = Record<string, LockedPackage>;

/** Packages that may run something at install, and why. */
const installScripts: Record<string, string> = {
  node: 'unpacks the platform’s Node binary, which runs everything else',
  'core-js': 'under twitter-text: prints a line, and package.json keeps it from running',
};

/** Older versions have a known hole, or lack what the hub relies on. */
const versionFloors: Record<string, string> = {
  // CVE-2026-110789: the event loop stalls before authentication.
  '@libp2p/crypto': '5.1.22',
  libp2p: '3.3.11',
  undici: '6.24.0',
  fastify: '5.12.0',
};

/** Not to be brought in, not even by others. */
const forbidden = ['vm2', '@libp2p/floodsub', 'keytar'];

/** Loaded with every hub by more than one package: each further copy stays in its memory. */
const single = ['undici'];

export function unpinned(declared: Record<string, string>): string[] {
  return Object.entries(declared)
    .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
    .map(([name, version]) => `${name} ${version}: name one exact version`);
}

export function lockProblems(packages: LockedPackages): string[] {
  return (
    Object.entries(packages)
      // The root and the packages of our own are no downloads.
      .filter(([path]) => path.includes('node_modules/'))
      .flatMap(([path, locked]) => {
        const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
        const floor = versionFloors[name];
        return [
          ...(locked.hasInstallScript && !installScripts[name] ? [`${name} runs a script at install`] : []),
          ...(floor && isOlder(locked.version ?? '0.0.0', floor)
            ? [`${name} ${locked.version} is older than ${floor}`]
            : []),
          ...(forbidden.includes(name) ? [`${name} is forbidden`] : []),
          ...(single.includes(name) && path !== `node_modules/${name}`
            ? [`${path} is a second copy: name the version that the others take`]
            : []),
          ...(locked.integrity || locked.link ? [] : [`${name} has no checksum`]),
        ];
      })
  );
}

function isOlder(version: string, floor: string): boolean {
  const [have, need] = [version, floor].map((text) => text.split(/[.-]/).slice(0, 3).map(Number));
  for (const [index, part] of (need ?? []).entries()) {
    const own = have?.[index] ?? 0;
    if (own !== part) return own < part;
  }
  return version.includes('-');
}
