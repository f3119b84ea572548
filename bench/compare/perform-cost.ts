/**
 * Run as a program: `node perform-cost.ts FOLDER` prints the CPU of one `perform`, in µs as JSON, of the checkout in
 * that folder: around actions that do nothing, with real storage, roles and redaction. What one commit's parts don't
 * know of, they leave alone.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';

export interface PerformCost {
  readMicros: number;
  writeMicros: number;
}

type Perform = (spec: object, actor: object, input: object, options?: object) => Promise<unknown>;

/** The parts of that checkout's modules that are used here; each gets everything that any commit's version needs. */
interface Parts {
  createPerform(components: object): Perform;
  createStorage(components: object, init: object): Storage;
  /** Since services bring their own tables. */
  migrations?: object;
  createGrantStore?(db: object | undefined): object;
  createAccess(components: object): { roles: object };
  Scrubber: new () => {
    add(value: string): void;
    scrub(text: string): string;
    redact?(value: unknown): unknown;
  };
  systemClock(): object;
  systemChance(): object;
  silentLogger(): object;
}

interface Storage {
  grants?: object;
  db?: object;
  audit?: object;
  ledger: object;
  start(signal: AbortSignal): Promise<void>;
  stop(): Promise<void>;
}

const readCount = 20_000;
const writeCount = 3_000;
const warmUpShare = 0.2;

const guildId = '300000000000000001';
const actor = {
  ...{ kind: 'guild-member', guildId, userId: '100000000000000001', displayName: 'Ada' },
  ...{ roleIds: ['400000000000000001'], isGuildOwner: false, hasManageGuild: true, isOperator: false },
};
const input = { guildId, broadcast: 'abc', channelId: '500000000000000001' };
const common = {
  summary: 'Does nothing.',
  input: z.strictObject({ guildId: z.string(), broadcast: z.string(), channelId: z.string() }),
  output: z.object({ state: z.string() }),
  scope: 'guild',
  access: 'manager',
};
const read = { ...common, name: 'bench.read', effect: 'read' };
const write = { ...common, name: 'bench.write', effect: 'write' };

const [, , folder] = process.argv;
if (folder === undefined) throw new Error('use: node perform-cost.ts FOLDER');
process.stdout.write(`${JSON.stringify(await measure(folder))}\n`);

async function measure(folder: string): Promise<PerformCost> {
  const parts = await partsOf(folder);
  // In memory where the platform offers it: no disk has a say.
  const parent = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const stateDir = mkdtempSync(join(parent, 'guildmesh-perform-'));
  const [clock, chance, logger] = [parts.systemClock(), parts.systemChance(), parts.silentLogger()];
  const storage = parts.createStorage({ clock, chance, logger }, { stateDir, migrations: parts.migrations });
  await storage.start(AbortSignal.timeout(20_000));
  try {
    const perform = parts.createPerform({
      actions: [read, write].map((spec) => ({ spec, run: async () => ({ state: 'done' }) })),
      roles: parts.createAccess({
        grants: storage.grants ?? parts.createGrantStore?.(storage.db),
        audit: storage.audit,
        makers: {},
      }).roles,
      standings: { of: () => 'home', homeGuildIds: () => [guildId], host: () => ({}) },
      ledger: storage.ledger,
      ...redaction(parts),
      ...{ clock, logger, stopping: new AbortController().signal },
    });
    return {
      readMicros: await microsOf(readCount, () => perform(read, actor, input)),
      writeMicros: await microsOf(writeCount, (nth) =>
        perform(write, actor, input, { idempotencyKey: `interaction-${nth}` }),
      ),
    };
  } finally {
    await storage.stop();
    rmSync(stateDir, { recursive: true, force: true });
  }
}

/** As a hub with a few credentials. */
function redaction({ Scrubber }: Parts): object {
  const scrubber = new Scrubber();
  for (let nth = 0; nth < 5; nth++) scrubber.add(`a-credential-of-some-length-${nth}-9f8e7d6c5b4a`);
  return {
    scrub: (text: string) => scrubber.scrub(text),
    redact: (value: unknown) => scrubber.redact?.(value),
  };
}

async function microsOf(count: number, work: (nth: number) => Promise<unknown>): Promise<number> {
  const warmUpCount = count * warmUpShare;
  for (let nth = 0; nth < warmUpCount; nth++) await work(-nth);
  const before = process.cpuUsage();
  for (let nth = 1; nth <= count; nth++) await work(nth);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}

async function partsOf(folder: string): Promise<Parts> {
  const load = (path: string) => import(pathToFileURL(join(folder, 'src', path)).href) as Promise<Parts>;
  const modules = ['storage/storage.ts', 'access/access.ts', 'core/scrubber.ts'];
  // Where they are, if they are: the commits that are compared differ.
  const moved = [
    'contracts/perform.ts',
    'access/perform.ts',
    'tables.ts',
    'access/tables/grant-store.ts',
  ].filter((path) => existsSync(join(folder, 'src', path)));
  const loaded = await Promise.all([...modules, ...moved, 'core/clock.ts', 'core/logger.ts'].map(load));
  return Object.assign({}, ...loaded);
}
