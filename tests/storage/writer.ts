/**
 * A hub's storage in a process of its own, to be killed. Writes one action after another and prints each key once it
 * was acknowledged. The last argument "hold" stops after the start, "claim" claims a key and stops amid the action.
 */
import { writeSync } from 'node:fs';
import { systemChance, systemClock } from '#core/clock.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { silentLogger } from '#core/logger.ts';
import { createStorage } from '#storage/storage.ts';
import { serviceMigrations } from '../support/tables.ts';

const [stateDir = '', run = '', mode = 'write'] = process.argv.slice(2);
const components = { clock: systemClock(), chance: systemChance(), logger: silentLogger() };
const storage = createStorage(components, { migrations: serviceMigrations, stateDir });
const actionsMax = 100_000;

try {
  await storage.start();
  tell('started');
  if (mode === 'write') await writeOnAndOn();
  if (mode === 'claim') {
    await storage.ledger.claim('amid', 'f', components.clock.nowMs());
    tell('claimed');
  }
  await new Promise((resolve) => setTimeout(resolve, 60_000));
} catch (error) {
  if (!isGuildmeshError(error)) throw error;
  tell(JSON.stringify({ code: error.code, pid: error.details.pid }));
}

async function writeOnAndOn(): Promise<void> {
  for (let index = 0; index < actionsMax; index++) {
    const key = `${run}-${index}`;
    const atMs = components.clock.nowMs();
    await storage.ledger.claim(key, 'f', atMs);
    const row = { atMs, actor: 'system:test', guildId: undefined, action: key, input: { index } };
    await storage.ledger.settle(key, { index }, { ...row, outcome: 'ok', errorCode: undefined });
    tell(key);
  }
}

/** Straight to the descriptor: what is printed was acknowledged before, and nothing waits in a buffer. */
function tell(line: string): void {
  writeSync(1, `${line}\n`);
}
