import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ActionSpec } from '#contracts/action.ts';

const folder = join(import.meta.dirname, '../../src/contracts/actions');
const modules = await Promise.all(
  readdirSync(folder).map((file) => import(join(folder, file)) as Promise<Record<string, unknown>>),
);

/** Every action that the hub can perform. */
export const actionSpecs: readonly ActionSpec[] = modules
  .flatMap((module) => Object.values(module))
  .filter((value): value is ActionSpec => typeof value === 'object' && value !== null && 'effect' in value);
