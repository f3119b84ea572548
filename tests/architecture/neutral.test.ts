import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { lineAt } from './scan.ts';
import { pathsOf } from './tree.ts';

const commands = readdirSync('commands', { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'shared')
  .map(({ name }) => name);

/** What only those know who know the hub; the package's own name is no such thing. */
const ours = [
  /(?<!@)guildmesh/gi,
  /@guildmesh\/(?!local-discord|elsewhere)/g,
  /\bhubs?\b/gi,
  new RegExp(`(?<=^|[\\s'"\`(])/(?:${commands.join('|')})(?![\\w/-])`, 'gm'),
];

function named(path: string, text: string): string[] {
  return ours.flatMap((pattern) =>
    [...text.matchAll(pattern)].map((match) => `${path}:${lineAt(text, match.index)} names ${match[0]}`),
  );
}

test('the local Discord names nothing of the hub', () => {
  const paths = pathsOf('packages/local-discord/**/*.{ts,tsx,css,html,md,json}');
  expect(paths.length).toBeGreaterThan(150);
  expect(paths.flatMap((path) => named(path, readFileSync(path, 'utf8')))).toEqual([]);
});

test('the stand-ins name nothing of the hub, nor of Discord', () => {
  const paths = pathsOf('packages/elsewhere/**/*.{ts,js,css,md,json}');
  expect(paths.length).toBeGreaterThan(30);
  expect(paths.flatMap((path) => named(path, readFileSync(path, 'utf8')))).toEqual([]);
  expect(paths.filter((path) => /discord/i.test(readFileSync(path, 'utf8')))).toEqual([]);
});

describe('the rule itself', () => {
  test.each([
    "next: () => 'Set GUILDMESH_PLAYGROUND_PORT.'",
    '/** Only guildmesh does. */',
    "import { a } from '@guildmesh/other';",
    '// The hub asks first.',
    "run('/node start')",
    'Type `/relay start`.',
    '<button>/help</button>'.replace('>/', '> /'),
  ])('a planted one is caught: %s', (text) => {
    expect(named('packages/local-discord/src/a.ts', text)).toHaveLength(1);
  });

  test.each([
    "import { createPlayground } from '@guildmesh/local-discord';",
    "app.get('/channels/:id')",
    '/node_modules/a',
    'and/or, github.com/node/a',
  ])('what is anybody’s is let through: %s', (text) => {
    expect(named('packages/local-discord/src/a.ts', text)).toEqual([]);
  });
});
