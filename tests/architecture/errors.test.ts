import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ErrorDefinition } from '#core/errors.ts';
import { pathsOf } from './tree.ts';

const catalogueFiles = pathsOf('{src,packages,config,commands,plugins}/**/errors.ts').filter(
  (path) => !['src/core/errors.ts', 'packages/local-discord/src/errors.ts'].includes(path),
);
const documents = pathsOf('docs/errors/*.md').map((path) => ({ path, text: readFileSync(path, 'utf8') }));

interface Listed {
  path: string;
  code: string;
  definition: ErrorDefinition<unknown>;
}

async function listedCodes(): Promise<Listed[]> {
  const modules = await Promise.all(
    catalogueFiles.map(async (path) => ({ path, exported: await import(/* @vite-ignore */ resolve(path)) })),
  );
  return modules.flatMap(({ path, exported }) =>
    Object.values(
      exported as Record<string, { definitions?: Record<string, ErrorDefinition<unknown>> }>,
    ).flatMap(({ definitions }) =>
      Object.entries(definitions ?? {}).map(([code, definition]) => ({ path, code, definition })),
    ),
  );
}

/** Codes that stand as a heading with text under it. */
function documentedCodes(text: string): string[] {
  return [...text.matchAll(/^### ([A-Z0-9_]+)\n+(?=[^#\s])/gm)].map(([, code]) => code as string);
}

function differences(listed: readonly string[], documented: readonly string[]): string[] {
  return [
    ...listed.filter((code) => !documented.includes(code)).map((code) => `${code} is not documented`),
    ...documented.filter((code) => !listed.includes(code)).map((code) => `${code} no longer exists`),
    ...documented
      .filter((code, index) => documented.indexOf(code) !== index)
      .map((code) => `${code} is documented twice`),
  ];
}

test('every code is explained in docs/errors/, and every explained code exists', async () => {
  const codes = (await listedCodes()).map(({ code }) => code);
  expect(codes.length).toBeGreaterThan(15);
  expect(
    differences(
      codes,
      documents.flatMap(({ text }) => documentedCodes(text)),
    ),
  ).toEqual([]);
});

test('a code belongs to one catalogue, begins with its area, and has a kind', async () => {
  const listed = await listedCodes();
  const codes = listed.map(({ code }) => code);
  expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
  for (const { path, code, definition } of listed) {
    expect(code, path).toMatch(/^[A-Z]+(_[A-Z0-9]+)+$/);
    expect(['user', 'remote', 'operator'], code).toContain(definition.kind);
  }
  for (const path of catalogueFiles)
    expect(
      new Set(listed.filter((entry) => entry.path === path).map(({ code }) => code.split('_')[0])).size,
      path,
    ).toBe(1);
});

describe('the rule itself', () => {
  test('finds what is missing, stale, doubled, and what has a heading without a text', () => {
    expect(differences(['A_B'], [])).toEqual(['A_B is not documented']);
    expect(differences([], ['A_B'])).toEqual(['A_B no longer exists']);
    expect(differences(['A_B'], ['A_B', 'A_B'])).toEqual(['A_B is documented twice']);
    expect(documentedCodes('### A_B\n\nText.\n\n### C_D\n\n### E_F\n')).toEqual(['A_B']);
  });
});
