import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Chance } from '#core/clock.ts';

const FORM = /^[0-9a-f-]{36}$/;

/**
 * Who this hub is among those that share a database: made at the first start, kept in the state folder, which one
 * process owns at a time.
 */
export function readHubId(stateDir: string, chance: Pick<Chance, 'uuid'>): string {
  const file = join(stateDir, 'hub.id');
  const known = read(file);
  if (FORM.test(known)) return known;
  const id = chance.uuid();
  writeFileSync(`${file}.new`, `${id}\n`, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
  return id;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    // Not there yet. What can't be read for another reason can't be replaced either, and that is told.
    return '';
  }
}
