import { globSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import type { PerformComponents } from '#access/perform.ts';
import { type ActionSpec, type Scope, scopes } from '#contracts/action.ts';
import { roles } from '#contracts/actor.ts';
import { composeHub } from '../support/compose-hub.ts';
import { actionRows } from './action-rows.ts';
import { wrongCells } from './table-cells.ts';

/** What the composition root hands to `perform`. */
const composed = vi.hoisted(() => ({ components: undefined as PerformComponents | undefined }));
vi.mock('#access/perform.ts', async (importOriginal) => {
  const original = await importOriginal<typeof import('#access/perform.ts')>();
  const createPerform: typeof original.createPerform = (components) => {
    composed.components = components;
    return original.createPerform(components);
  };
  return { ...original, createPerform };
});

const specs: ActionSpec[] = [];
beforeAll(async () => {
  await composeHub({ GUILDMESH_WEB_LISTEN: '127.0.0.1:0' });
  specs.push(...(composed.components?.actions ?? []).map(({ spec }) => spec));
});

/** Right and wrong alike are looked at through this, so that the table's own test is the proof's, too. */
async function wrongOf(spec: ActionSpec): Promise<string[]> {
  const row = actionRows[spec.name];
  return row ? wrongCells(spec, row) : [`${spec.name} has no row in tests/access/action-rows.ts`];
}

test('every action of a composed hub has a row, every row an action, and every contract is composed', async () => {
  const names = specs.map(({ name }) => name).sort();
  expect(Object.keys(actionRows).sort()).toEqual(names);
  expect((await contractNames()).sort()).toEqual(names);
});

test('who may do what is as the table says', async () => {
  const wrong = await Promise.all(specs.map(wrongOf));
  expect(wrong.flat()).toEqual([]);
});

describe('an action that says less than it should turns a cell of its row red', () => {
  test.each<[string, (spec: ActionSpec) => ActionSpec[]]>([
    ['another scope', otherScopes],
    ['weaker roles', weakerRoles],
    ['other tokens', otherTokens],
  ])('%s', async (_, mutantsOf) => {
    const survivors: string[] = [];
    let mutantCount = 0;
    for (const mutant of specs.flatMap(mutantsOf)) {
      mutantCount++;
      if ((await wrongOf(mutant)).length > 0) continue;
      survivors.push(`${mutant.name}: ${mutant.scope}, ${mutant.access}, ${mutant.byToken ?? 'by token'}`);
    }
    expect(mutantCount).toBeGreaterThan(specs.length / 2);
    expect(survivors).toEqual([]);
  });
});

function otherScopes(spec: ActionSpec): ActionSpec[] {
  return scopes.filter((scope: Scope) => scope !== spec.scope).map((scope) => ({ ...spec, scope }));
}

function weakerRoles(spec: ActionSpec): ActionSpec[] {
  const strength = spec.access === 'operator' ? -1 : roles.indexOf(spec.access);
  return roles.slice(strength + 1).map((access) => ({ ...spec, access }));
}

function otherTokens(spec: ActionSpec): ActionSpec[] {
  // What is a person's own, or an operator's, no token does, whatever it says of tokens.
  if (spec.scope === 'person' || spec.access === 'operator') return [];
  const { byToken, ...rest } = spec;
  const mutants: ActionSpec[] = [rest, { ...rest, byToken: 'bare' }, { ...rest, byToken: 'never' }];
  return mutants.filter((mutant) => mutant.byToken !== byToken);
}

async function contractNames(): Promise<string[]> {
  const folder = join(import.meta.dirname, '../../src/contracts/actions');
  const files = await Promise.all(
    globSync('*.ts', { cwd: folder }).map((file) => import(join(folder, file))),
  );
  return files.flatMap((exported: Record<string, unknown>) => Object.values(exported).flatMap(nameOf));
}

function nameOf(exported: unknown): string[] {
  const isSpec = typeof exported === 'object' && exported !== null && 'effect' in exported;
  return isSpec && 'name' in exported && typeof exported.name === 'string' ? [exported.name] : [];
}
