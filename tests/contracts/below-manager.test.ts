import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createPerform } from '#access/perform.ts';
import { type ActionSpec, implement } from '#contracts/action.ts';
import type { ActionLedger } from '#contracts/action-ledger.ts';
import { type GuildMemberActor, type Role, roleAtLeast } from '#contracts/actor.ts';
import { systemClock } from '#core/clock.ts';
import { defineErrors } from '#core/errors.ts';
import { silentLogger } from '#core/logger.ts';
import { rejection } from '../support/rejection.ts';
import { standingsOf } from '../support/standings.ts';

const secrets = ['10.1.2.3', '/var/lib/guildmesh', 'db.internal'];
const told = 'tried /ip4/10.1.2.3/tcp/4180; /var/lib/guildmesh/hub.db on postgres://hub@db.internal/hub';
const guildId = '300000000000000001';

/** Their answers hold what people wrote, whole, or nothing of the machine. */
const peoplesOwn =
  /^(access|alert|artifact|audit|chain|consent|credential|delivery|milestone|publication|publish|schedule|source|target|thread|token)\.|^player\.(cover|look-stop)$/;

const folder = join(import.meta.dirname, '../../src/contracts/actions');
const modules = await Promise.all(
  readdirSync(folder).map((file) => import(join(folder, file)) as Promise<Record<string, unknown>>),
);
const specs = modules
  .flatMap((module) => Object.values(module))
  .filter((value): value is ActionSpec => typeof value === 'object' && value !== null && 'effect' in value)
  .filter(({ access }) => access !== 'operator' && !roleAtLeast(access, 'manager'));

describe('what members are shown', () => {
  test('is shown by every action of theirs, unless its answer is people’s own words', () => {
    expect(specs.length).toBeGreaterThan(20);
    const undecided = specs.filter(({ belowManager, name }) => !belowManager && !peoplesOwn.test(name));
    expect(undecided.map(({ name }) => name)).toEqual([]);
  });

  const guarded = specs.filter(({ belowManager }) => belowManager !== undefined);
  test.each(guarded.map((spec) => [spec.name, spec] as const))(
    '%s: no address, path or host',
    async (_, spec) => {
      const answerTo = (role: Role) => performAs(spec, role, async () => sample(spec.output));
      const toManager = JSON.stringify(await answerTo('manager'));
      const toMember = JSON.stringify(await answerTo('publisher'));
      expect(secrets.filter((secret) => toMember.includes(secret))).toEqual([]);
      // The sample is what it says it is: managers are shown it.
      expect(secrets.filter((secret) => toManager.includes(secret))).toEqual(secrets);
    },
  );

  test('is shown by errors of every action: without for members, with for managers', async () => {
    const { TEST_ERROR } = defineErrors({
      TEST_ERROR: { kind: 'remote', message: (d: { text: string }) => d.text, next: () => told },
    });
    for (const spec of specs) {
      const failing = (role: Role) =>
        rejection(
          performAs(spec, role, async () => {
            throw TEST_ERROR({ text: told });
          }),
        );
      expect(JSON.stringify(await failing('publisher')), spec.name).not.toMatch(
        /10\.1\.2\.3|var\/lib|internal/,
      );
      expect(await failing('manager')).toMatchObject({ message: told, next: told });
    }
  });
});

async function performAs(spec: ActionSpec, role: Role, run: () => Promise<unknown>): Promise<unknown> {
  const ledger: ActionLedger = {
    claim: async () => ({ state: 'fresh' }),
    settle: async () => {},
    fail: async () => {},
  };
  const actor: GuildMemberActor = {
    ...{ kind: 'guild-member', guildId, userId: '1', displayName: 'Somebody', roleIds: [] },
    ...{ isGuildOwner: false, hasManageGuild: false, isOperator: false },
  };
  const asked = { ...spec, input: z.object({ guildId: z.string() }) } as ActionSpec;
  const perform = createPerform({
    actions: [implement(asked, run)],
    roles: { roleOf: async () => role },
    standings: standingsOf(() => 'home'),
    ...{ ledger, clock: systemClock(), logger: silentLogger(), stopping: new AbortController().signal },
  });
  return perform(asked, actor, { guildId });
}

/** An answer of that shape with telling text in every string. */
function sample(schema: z.ZodType): unknown {
  if (schema instanceof z.ZodObject)
    return Object.fromEntries(
      Object.entries(schema.shape).map(([key, inner]) => [key, sample(inner as z.ZodType)]),
    );
  if (schema instanceof z.ZodArray) return [sample(schema.element as z.ZodType)];
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault)
    return sample(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodNullable) return sample(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodUnion) return sample(schema.options[0] as z.ZodType);
  if (schema instanceof z.ZodRecord) return {};
  if (schema instanceof z.ZodEnum) return schema.options[0];
  if (schema instanceof z.ZodLiteral) return schema.value;
  if (schema instanceof z.ZodBoolean) return true;
  if (schema instanceof z.ZodNumber) return 1;
  return told;
}
