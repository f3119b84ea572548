import { z } from 'zod';
import { createPerform } from '#access/perform.ts';
import { type ActionSpec, implement } from '#contracts/action.ts';
import type { ActionLedger } from '#contracts/action-ledger.ts';
import type { Actor, GuildMemberActor, Role } from '#contracts/actor.ts';
import { systemClock } from '#core/clock.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { silentLogger } from '#core/logger.ts';
import { standingsOf } from '../support/standings.ts';
import type { ActionRow } from './action-rows.ts';
import { type Asker, askers, heldRoles, type Pattern, whoMay } from './who-may.ts';

const guilds = {
  home: '300000000000000001',
  anotherHome: '300000000000000002',
  served: '300000000000000003',
  foreign: '300000000000000004',
  anotherForeign: '300000000000000005',
} as const;

const standings = standingsOf((guildId) => {
  if (guildId === guilds.served) return 'served';
  return guildId === guilds.home || guildId === guilds.anotherHome ? 'home' : 'foreign';
});

/** One question, and what the table says to it. */
interface Cell {
  what: string;
  actor: Actor;
  role: Role | undefined;
  guildId: string | undefined;
  expected: boolean;
  isForeign: boolean;
}

/** Asks every question of a row; gives those that were answered otherwise than the table says. */
export async function wrongCells(spec: ActionSpec, [may, input = {}]: ActionRow): Promise<string[]> {
  const table = new Table(spec);
  const wrong: string[] = [];
  for (const cell of cellsOf(whoMay[may])) {
    const problem = await table.problemOf(cell, input);
    if (problem) wrong.push(`${spec.name}, ${cell.what}: ${problem}`);
  }
  return wrong;
}

/** The real `perform` over one action that only notes that it ran. */
class Table {
  readonly #spec: ActionSpec;
  readonly #perform: ReturnType<typeof createPerform>;
  #role: Role | undefined;
  #ranCount = 0;
  #rowCount = 0;

  constructor(spec: ActionSpec) {
    const { belowManager: _, ...bare } = spec;
    this.#spec = { ...bare, output: z.null() };
    const ledger: ActionLedger = {
      claim: async () => ({ state: 'fresh' }),
      settle: async () => void this.#rowCount++,
      fail: async () => void this.#rowCount++,
    };
    const run = async () => {
      this.#ranCount++;
      return null;
    };
    this.#perform = createPerform({
      actions: [implement(this.#spec, run)],
      roles: { roleOf: async () => this.#role },
      standings,
      ledger,
      clock: systemClock(),
      logger: silentLogger(),
      stopping: new AbortController().signal,
    });
  }

  async problemOf({ actor, role, guildId, expected, isForeign }: Cell, input: object) {
    this.#role = role;
    this.#ranCount = this.#rowCount = 0;
    const code = await this.#perform(this.#spec, actor, guildId ? { guildId, ...input } : input).then(
      () => undefined,
      (error: unknown) => (isGuildmeshError(error) ? error.code : String(error)),
    );
    if (this.#ranCount !== (expected ? 1 : 0) || (code === undefined) !== expected)
      return expected ? `refused (${code})` : 'done';
    // An asker from a foreign guild learns one sentence, and leaves no row.
    if (isForeign && !expected && (code !== 'ACTION_NOT_HOME' || this.#rowCount > 0))
      return `${code}, ${this.#rowCount} audit rows`;
    return undefined;
  }
}

export function cellsOf({ own, another }: Pattern): Cell[] {
  const cells = blocksOf(own).flatMap(({ asker, marks }) => {
    const guildId = another === undefined ? undefined : (guildIdOf(asker) ?? guilds.home);
    return cellsOfBlock(asker, marks, guildId, 'its own');
  });
  if (another === undefined) return cells;
  const others = blocksOf(another).flatMap(({ asker, marks }) =>
    [guilds.anotherHome, guilds.served, guilds.anotherForeign]
      .filter((guildId) => guildId !== guildIdOf(asker))
      .flatMap((guildId) => cellsOfBlock(asker, marks, guildId, `guild ${guildId}`)),
  );
  return [...cells, ...others];
}

function blocksOf(marks: string): { asker: Asker; marks: string }[] {
  const blocks = marks.split(/\s+/);
  if (blocks.length !== askers.length || !/^[+.\s]*$/.test(marks)) throw new Error(`no such line: ${marks}`);
  return askers.map((asker, index) => ({ asker, marks: blocks[index] ?? '' }));
}

function cellsOfBlock(asker: Asker, marks: string, guildId: string | undefined, whose: string): Cell[] {
  const held = marks.length === 1 ? (['owner'] as const) : heldRoles;
  if (marks.length !== held.length) throw new Error(`${asker}: ${marks} is no block`);
  return held.map((role, index) => ({
    what: `${asker} as ${role ?? 'nobody'} about ${whose}`,
    actor: actorOf(asker, role),
    role,
    guildId,
    expected: marks[index] === '+',
    isForeign: guildIdOf(asker) === guilds.foreign,
  }));
}

function guildIdOf(asker: Asker): string | undefined {
  if (asker === 'operator without a guild' || asker === 'the hub') return undefined;
  if (asker.includes('foreign')) return guilds.foreign;
  return asker.includes('served') ? guilds.served : guilds.home;
}

function actorOf(asker: Asker, role: Role | undefined): Actor {
  const guildId = guildIdOf(asker);
  if (guildId === undefined)
    return asker === 'the hub' ? { kind: 'system', reason: 'test' } : { kind: 'operator', userId: '1' };
  if (asker.startsWith('the hub')) return { kind: 'system', reason: 'test', guildId };
  if (asker.includes('token'))
    return {
      ...{ kind: 'api-token', guildId, tokenId: 't', createdBy: `guild-member:${guildId}:1` },
      ...(asker !== 'bare token' && role ? { role } : {}),
    };
  const person: GuildMemberActor = {
    kind: 'guild-member',
    guildId,
    userId: '1',
    displayName: 'Ada',
    roleIds: [],
    isGuildOwner: role === 'owner',
    hasManageGuild: false,
    isOperator: asker.startsWith('operator'),
  };
  return person;
}
