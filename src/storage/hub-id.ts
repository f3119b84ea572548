import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Chance } from '#core/clock.ts';
import { replacePrivateFile } from './files/private-file.ts';
import { inStateFolder } from './state-refusal.ts';

const formPattern = /^[0-9a-f-]{36}$/;

/**
 * The id of this hub among those that share a database: made at the first start, kept in the state folder, which one
 * process owns at a time. Throws STORAGE_STATE_*.
 */
export function readHubId(stateDir: string, chance: Pick<Chance, 'uuid'>): string {
  const file = join(stateDir, 'hub.id');
  const known = read(file);
  if (formPattern.test(known)) return known;
  const id = chance.uuid();
  inStateFolder(stateDir, () => replacePrivateFile(file, `${id}\n`, { flush: true }));
  return id;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    // Not there yet. A file that can't be read for another reason can't be replaced either; replacing it reports that.
    return '';
  }
}
