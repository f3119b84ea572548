import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createPerform } from '#access/perform.ts';
import { defineAction, implement } from '#contracts/action.ts';
import type { ActionLedger } from '#contracts/action-ledger.ts';
import type { GuildMemberActor, Role } from '#contracts/actor.ts';
import type { AuditRow } from '#contracts/audit.ts';
import { createLogger, silentLogger } from '#core/logger.ts';
import { Scrubber } from '#core/scrubber.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { rejection } from '../support/rejection.ts';
import { homeEverywhere } from '../support/standings.ts';
import { startedStorage } from '../support/started-storage.ts';

const write = defineAction({
  name: 'thing.make',
  summary: 'Make a thing.',
  input: z.strictObject({
    guildId: z.string().default('1'),
    size: z.int().min(1),
    label: z.string().optional(),
  }),
  output: z.object({ made: z.int() }),
  scope: 'guild',
  access: 'publisher',
  effect: 'write',
});
const read = defineAction({ ...write, name: 'thing.show', effect: 'read', access: 'member' });

const actor: GuildMemberActor = {
  kind: 'guild-member',
  guildId: '1',
  userId: '2',
  displayName: 'Ada',
  roleIds: [],
  isGuildOwner: false,
  hasManageGuild: false,
  isOperator: false,
};

/** The real ledger, with the rows written next to it for reading back. */
async function world(
  init: { role?: Role | undefined; ledger?: Partial<ActionLedger>; redact?: (value: unknown) => unknown } = {
    role: 'publisher',
  },
) {
  const clock = new FakeClock();
  const { ledger } = await startedStorage(clock);
  const rows: AuditRow[] = [];
  const steps: string[] = [];
  const recorded: ActionLedger = {
    claim: (...all) => {
      steps.push('claim');
      return ledger.claim(...all);
    },
    settle: async (key, answer, row) => {
      rows.push(row);
      await ledger.settle(key, answer, row);
    },
    fail: async (key, row) => {
      rows.push(row);
      await ledger.fail(key, row);
    },
    ...init.ledger,
  };
  let made = 0;
  const hold = { until: Promise.resolve(), failure: undefined as Error | undefined };
  const stopping = new AbortController();
  const lines: string[] = [];
  async function make() {
    steps.push('run');
    await hold.until;
    if (hold.failure) throw hold.failure;
    made += 1;
    return { made };
  }
  const perform = createPerform({
    actions: [implement(write, make), implement(read, make)],
    standings: homeEverywhere,
    roles: {
      roleOf: async () => {
        steps.push('authorise');
        return init.role;
      },
    },
    ledger: recorded,
    clock,
    logger: createLogger({ level: 'error', scrubber: new Scrubber(), write: (line) => lines.push(line) }),
    ...(init.redact && { redact: init.redact }),
    stopping: stopping.signal,
  });
  return { perform, rows, steps, hold, clock, stopping, lines, madeCount: () => made };
}

describe('order', () => {
  test('authorise, then validate, then the key, then run', async () => {
    const { perform, steps } = await world();
    await perform(write, actor, { size: 1 }, { idempotencyKey: 'a' });
    expect(steps).toEqual(['authorise', 'claim', 'run']);
    steps.length = 0;
    await rejection(perform(write, actor, { size: 0 }, { idempotencyKey: 'b' }));
    expect(steps).toEqual(['authorise']);
  });

  test('an actor who may not learns nothing about the input', async () => {
    const { perform, steps } = await world({ role: 'member' });
    const error = await rejection(perform(write, actor, { size: 'x' as never }, { idempotencyKey: 'a' }));
    expect(error).toMatchObject({
      code: 'ACTION_FORBIDDEN',
      details: { needed: 'publisher', role: 'member' },
    });
    expect(steps).toEqual(['authorise']);
  });
});

describe('authorisation', () => {
  test('no role means no', async () => {
    const { perform } = await world({ role: undefined });
    expect(await rejection(perform(read, actor, { size: 1 }))).toMatchObject({ code: 'ACTION_FORBIDDEN' });
  });

  test('is checked each time, also for a request whose answer is stored', async () => {
    const init: { role: Role } = { role: 'publisher' };
    const { perform } = await world(init);
    await perform(write, actor, { size: 1 }, { idempotencyKey: 'a' });
    init.role = 'member';
    const error = await rejection(perform(write, actor, { size: 1 }, { idempotencyKey: 'a' }));
    expect(error).toMatchObject({ code: 'ACTION_FORBIDDEN' });
  });

  test('a door with a laxer specification of the same name gains nothing', async () => {
    const { perform } = await world({ role: 'member' });
    const forged = { ...write, access: 'member' as const, effect: 'read' as const, input: z.any() };
    expect(await rejection(perform(forged, actor, { size: 1 }))).toMatchObject({ code: 'ACTION_FORBIDDEN' });
  });
});

describe('audit', () => {
  test('a write leaves a row, whatever became of it', async () => {
    const { perform, rows, hold } = await world();
    await perform(write, actor, { size: 1 });
    await rejection(perform(write, actor, { size: 0 }));
    hold.failure = new Error('defect');
    await rejection(perform(write, actor, { size: 2 }));
    expect(rows.map(({ outcome, errorCode, input }) => ({ outcome, errorCode, input }))).toEqual([
      { outcome: 'ok', errorCode: undefined, input: { guildId: '1', size: 1 } },
      { outcome: 'refused', errorCode: 'ACTION_INPUT_INVALID', input: undefined },
      { outcome: 'failed', errorCode: 'DEFECT', input: { guildId: '1', size: 2 } },
    ]);
    expect(rows[0]).toMatchObject({ actor: 'guild-member:1:2', guildId: '1', action: 'thing.make' });
  });

  test('a read leaves one only when it was forbidden', async () => {
    const allowed = await world();
    await allowed.perform(read, actor, { size: 1 });
    expect(allowed.rows).toEqual([]);
    const forbidden = await world({ role: undefined });
    await rejection(forbidden.perform(read, actor, { size: 1 }));
    expect(forbidden.rows).toMatchObject([{ outcome: 'refused', errorCode: 'ACTION_FORBIDDEN' }]);
  });

  test('a ledger that fails hides neither the result nor the refusal, and the row is in the log', async () => {
    const full = () => {
      throw new Error('disk full');
    };
    for (const fails of [full, async () => full()]) await withLedgerThat(fails);
  });

  async function withLedgerThat(fails: () => Promise<void>): Promise<void> {
    const ledger = { settle: fails, fail: fails };
    const { perform, lines, hold } = await world({ role: 'publisher', ledger });
    expect(await perform(write, actor, { size: 1 })).toEqual({ made: 1 });
    hold.failure = new Error('the real reason');
    expect(await rejection(perform(write, actor, { size: 1 }))).toBe(hold.failure);
    expect(lines).toHaveLength(2);
    expect(JSON.parse(lines[0] as string)).toMatchObject({
      msg: 'audit row was not stored',
      row: { action: 'thing.make', outcome: 'ok', input: { guildId: '1', size: 1 } },
    });
  }

  test('holds no known secret, whatever the secret is made of, and no secret keeps it from being stored', async () => {
    for (const secret of ['{"label":"', '","size":', 'a"b\nc\\d', 'lone\ud800half', '"label"']) {
      const scrubber = new Scrubber();
      scrubber.add(secret, 'another guild');
      const redact = (value: unknown) => scrubber.redact(value);
      const { perform, rows, lines } = await world({ role: 'publisher', redact });
      expect(await perform(write, actor, { size: 1, label: `x ${secret}` })).toEqual({ made: 1 });
      expect(rows).toMatchObject([{ outcome: 'ok', input: { size: 1, label: 'x [secret]' } }]);
      expect(lines).toEqual([]);
    }
  });

  test('that can’t be built hides no result, and is stored without its input', async () => {
    const redact = () => {
      throw new Error('no');
    };
    const { perform, rows, lines } = await world({ role: 'publisher', redact });
    expect(await perform(write, actor, { size: 1 }, { idempotencyKey: 'a' })).toEqual({ made: 1 });
    expect(rows).toMatchObject([{ outcome: 'ok', input: '[not recorded]' }]);
    expect(lines).toHaveLength(1);
    expect(await perform(write, actor, { size: 1 }, { idempotencyKey: 'a' })).toEqual({ made: 1 });
  });
});

describe('idempotency', () => {
  test('the same key gives the stored answer without a second effect', async () => {
    const { perform, madeCount } = await world();
    const first = await perform(write, actor, { size: 1 }, { idempotencyKey: 'a' });
    for (let again = 0; again < 20; again++)
      expect(await perform(write, actor, { size: 1 }, { idempotencyKey: 'a' })).toEqual(first);
    expect(madeCount()).toBe(1);
  });

  test('the same key at the same time runs once', async () => {
    const { perform, madeCount, hold, rows } = await world();
    const gate = Promise.withResolvers<void>();
    hold.until = gate.promise;
    const asked = Array.from({ length: 10 }, () =>
      perform(write, actor, { size: 1 }, { idempotencyKey: 'a' }),
    );
    const settled = Promise.allSettled(asked);
    await rejection(perform(write, actor, { size: 1 }, { idempotencyKey: 'a' }));
    gate.resolve();
    const outcomes = await settled;
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'ACTION_IN_PROGRESS' });
    expect(madeCount()).toBe(1);
    expect(rows.filter(({ outcome }) => outcome === 'refused')).toHaveLength(10);
  });

  test('a key stands for one action and input', async () => {
    const { perform } = await world();
    await perform(write, actor, { size: 1 }, { idempotencyKey: 'a' });
    const error = await rejection(perform(write, actor, { size: 2 }, { idempotencyKey: 'a' }));
    expect(error).toMatchObject({ code: 'ACTION_KEY_REUSED' });
  });

  test('keys of different actors are different keys', async () => {
    const { perform, madeCount } = await world();
    await perform(write, actor, { size: 1 }, { idempotencyKey: 'a' });
    await perform(write, { ...actor, userId: '3' }, { size: 1 }, { idempotencyKey: 'a' });
    expect(madeCount()).toBe(2);
  });

  test('a failure frees the key', async () => {
    const { perform, hold } = await world();
    hold.failure = new Error('first');
    await rejection(perform(write, actor, { size: 1 }, { idempotencyKey: 'a' }));
    hold.failure = undefined;
    expect(await perform(write, actor, { size: 1 }, { idempotencyKey: 'a' })).toEqual({ made: 1 });
  });
});

test('a hub that stops takes no new work, and tells the work in hand', async () => {
  const { perform, stopping, steps } = await world();
  stopping.abort();
  expect(await rejection(perform(write, actor, { size: 1 }))).toMatchObject({ code: 'ACTION_HUB_STOPPING' });
  expect(steps).not.toContain('run');
});

test('the signal an action gets follows the asker and the hub', async () => {
  const { ledger } = await startedStorage();
  const stopping = new AbortController();
  const signals: AbortSignal[] = [];
  const perform = createPerform({
    actions: [
      implement(read, async ({ signal }) => {
        signals.push(signal);
        return { made: 0 };
      }),
    ],
    standings: homeEverywhere,
    roles: { roleOf: async () => 'owner' as const },
    ledger,
    clock: new FakeClock(),
    logger: silentLogger(),
    stopping: stopping.signal,
  });
  const asker = new AbortController();
  await perform(read, actor, { size: 1 }, { signal: asker.signal });
  await perform(read, actor, { size: 1 });
  asker.abort();
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  stopping.abort();
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
});

test('two actions of one name are a defect at start', () => {
  const twice = [implement(read, async () => ({ made: 0 })), implement(read, async () => ({ made: 1 }))];
  expect(() =>
    createPerform({
      actions: twice,
      standings: homeEverywhere,
      roles: { roleOf: async () => undefined },
      ledger: {} as ActionLedger,
      clock: new FakeClock(),
      logger: silentLogger(),
      stopping: new AbortController().signal,
    }),
  ).toThrow('share a name');
});
