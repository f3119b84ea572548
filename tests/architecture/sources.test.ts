import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { climbs } from './aliases.ts';
import { bannedCalls, bans, type Exemption, staleExemptions } from './banned.ts';
import { floorViolations } from './floors.ts';
import { packageViolations } from './packages.ts';
import { sourceFile } from './scan.ts';
import { hubSources, pathsOf, testSources } from './tree.ts';

const sources = hubSources();
const linesMax = { source: 330, test: 400, style: 400 };

const exemptions: readonly Exemption[] = [];

describe('floors: imports go down only', () => {
  test('in every source', () => {
    expect(floorViolations(sources, sources)).toEqual([]);
  });

  test.each([
    ['src/core/a.ts', '#contracts/actor.ts'],
    ['src/contracts/a.ts', '../storage/storage.ts'],
    ['src/storage/a.ts', '#mesh/mesh.ts'],
    ['src/mesh/a.ts', '#audio/audio.ts'],
    ['src/audio/voice/worker/a.ts', '../../../mesh/mesh.ts'],
    ['src/access/a.ts', '../discord/discord.ts'],
    ['src/discord/a.ts', '#storage/storage.ts'],
    ['src/discord/a.ts', '@guildmesh/local-discord/contract'],
    ['src/discord/a.ts', '#demo/launch.ts'],
    ['src/demo/a.ts', '#contracts/actor.ts'],
    ['packages/local-discord/src/a.ts', '#core/errors.ts'],
    ['packages/local-discord/src/rest/a.ts', '../../../../src/hub/hub.ts'],
    ['packages/local-discord/src/a.ts', '../../../src/demo/demo.ts'],
    ['src/mesh/a.ts', '../main.ts'],
    ['src/mesh/a.ts', '../hub/ports.ts'],
    ['src/contracts/a.ts', '../hub/ports.ts'],
    ['src/mesh/a.ts', '#config/load.ts'],
    ['commands/node/command.ts', '#mesh/mesh.ts'],
    ['commands/node/command.ts', '../../src/mesh/mesh.ts'],
    ['plugins/github/publisher.ts', '#storage/storage.ts'],
    ['config/load.ts', '#contracts/actor.ts'],
    ['src/newcomer/a.ts', '#core/clock.ts'],
  ])('a planted one is caught: %s imports %s', (path, specifier) => {
    for (const text of [`import { a } from '${specifier}';`, `await import('${specifier}');`])
      expect(floorViolations([sourceFile(path, text)], sources)).toHaveLength(1);
  });

  test.each([
    ['src/hub/hub.ts', '../../commands/index.ts'],
    ['src/hub/services.ts', '../mesh/service.ts'],
    ['src/mesh/a.ts', '#storage/storage.ts'],
    ['src/mesh/protocols/audio/a.ts', '../../node.ts'],
    ['commands/node/command.ts', '#contracts/action.ts'],
  ])('a right one is let through: %s imports %s', (path, specifier) => {
    expect(floorViolations([sourceFile(path, `import { a } from '${specifier}';`)], sources)).toEqual([]);
  });

  test('a new folder of src with a service.ts is a service', () => {
    const service = sourceFile('src/newcomer/service.ts', "import { a } from '#storage/storage.ts';");
    expect(floorViolations([service], [service])).toEqual([]);
    const bold = sourceFile('src/newcomer/a.ts', "import { a } from '#mesh/mesh.ts';");
    expect(floorViolations([bold], [service, bold])).toEqual([expect.stringContaining('must not know mesh')]);
  });
});

describe('another room is imported by its alias', () => {
  test('in every source and test', () => {
    expect(climbs([...sources, ...testSources()])).toEqual([]);
  });

  test('a climb is caught, and the alias named', () => {
    const planted = [
      sourceFile('tests/audio/a.test.ts', "import { a } from '../../src/audio/a.ts';"),
      sourceFile('src/hub/a.ts', "const { a } = await import('../web/web.ts');"),
      sourceFile('src/web/a.ts', "import { a } from './b.ts';\nexport { c } from '../compile-cache.js';"),
    ];
    expect(climbs(planted)).toEqual([
      'tests/audio/a.test.ts:1 imports ../../src/audio/a.ts: write #audio/a.ts',
      'src/hub/a.ts:1 imports ../web/web.ts: write #web/web.ts',
    ]);
  });
});

describe('each foreign library has one door', () => {
  test('in every source', () => {
    expect(packageViolations(sources)).toEqual([]);
  });

  test.each([
    ['src/audio/a.ts', 'discord.js'],
    ['src/discord/a.ts', '@discordjs/voice'],
    ['src/audio/a.ts', '@discordjs/voice'],
    ['src/audio/a.ts', '@libp2p/interface'],
    ['src/discord/a.ts', '@multiformats/multiaddr'],
    ['src/mesh/a.ts', 'node:sqlite'],
    ['src/access/a.ts', 'kysely'],
    ['src/mesh/a.ts', 'pino'],
    ['src/mesh/a.ts', 'node:child_process'],
    ['src/storage/a.ts', 'node:vm'],
  ])('a planted one is caught: %s imports %s', (path, specifier) => {
    expect(packageViolations([sourceFile(path, `import type { A } from '${specifier}';`)])).toHaveLength(1);
  });
});

describe('banned', () => {
  test('in no source', () => {
    expect(bannedCalls(sources, exemptions)).toEqual([]);
  });

  test('exemptions are few, reasoned, and needed', () => {
    expect(exemptions.length).toBeLessThanOrEqual(5);
    for (const { reason } of exemptions) expect(reason.length).toBeGreaterThan(20);
    expect(staleExemptions(sources, exemptions)).toEqual([]);
  });

  test.each([
    ['environment', 'const a = process.env.HOME;'],
    ['clock', 'const a = Date.now();'],
    ['clock', 'const a = new Date();'],
    ['clock', 'const a = performance.now();'],
    ['clock', 'setTimeout(run, 5);'],
    ['clock', 'setInterval(run, 5);'],
    ['clock', 'AbortSignal.timeout(5);'],
    ['chance', 'const a = Math.random();'],
    ['chance', "import { randomUUID } from 'node:crypto';"],
    ['language tables', "const order = new Intl.Collator('en');"],
    ['language tables', "export const formats = {\n  day: new Intl.DateTimeFormat('en'),\n};"],
    ['console', 'console.log(1);'],
    ['default export', 'export default 1;'],
    ['unfinished work', '// TO\u0044O: later'],
  ])('a planted one is caught (%s): %s', (ban, text) => {
    expect(bannedCalls([sourceFile('src/mesh/a.ts', text)], [])).toEqual([
      expect.stringContaining(`(${ban})`),
    ]);
    const exemption = { path: 'src/mesh/a.ts', ban, reason: '' };
    expect(bannedCalls([sourceFile('src/mesh/a.ts', text)], [exemption])).toEqual([]);
    expect(staleExemptions([sourceFile('src/mesh/a.ts', '')], [exemption])).toHaveLength(1);
  });

  test('language tables are let through where they are used', () => {
    const text =
      "let order: Intl.Collator | undefined;\nfunction compare() {\n  order ??= new Intl.Collator('en');\n}";
    expect(bannedCalls([sourceFile('src/mesh/a.ts', text)], [])).toEqual([]);
  });

  test('what only speaks of it is let through', () => {
    const text = "// not Date.now\nconst a = 'setTimeout process.env console.log'; new Date(atMs);";
    expect(bannedCalls([sourceFile('src/mesh/a.ts', text)], [])).toEqual([]);
    expect(bans.length).toBeGreaterThan(5);
  });
});

test(`no file is longer than ${linesMax.source} lines, no test than ${linesMax.test}`, () => {
  const pages = pathsOf('packages/local-discord/src/page/**/*.{js,jsx,css}');
  const all = [
    ...[...sources, ...testSources()].map(({ path, text }) => ({ path, text })),
    ...pages.map((path) => ({ path, text: readFileSync(path, 'utf8') })),
  ];
  const maxOf = (path: string) => {
    if (path.startsWith('tests/')) return linesMax.test;
    return path.endsWith('.css') ? linesMax.style : linesMax.source;
  };
  const tooLong = ({ path, text }: { path: string; text: string }) =>
    text.split('\n').length - 1 > maxOf(path);
  expect(all.filter(tooLong).map(({ path }) => path)).toEqual([]);
  expect(tooLong({ path: 'src/mesh/a.ts', text: '\n'.repeat(331) })).toBe(true);
  expect(tooLong({ path: 'tests/mesh/a.test.ts', text: '\n'.repeat(401) })).toBe(true);
});
