import type { z } from 'zod';
import type { Clock } from '#core/clock.ts';
import { isGuildmeshError } from '#core/errors.ts';
import type { Logger } from '#core/logger.ts';
import type { ActionSpec, AnyAction, Perform, PerformOptions } from './action.ts';
import { type Actor, actorKey, type Role, roleAtLeast } from './actor.ts';
import { actionErrors } from './errors.ts';

/** Which of our roles an actor holds, asked anew at every action. */
export interface RoleDirectory {
  roleOf(actor: Actor): Promise<Role | undefined>;
}

export interface AuditRow {
  atMs: number;
  actor: string;
  guildId: string | undefined;
  action: string;
  input: unknown;
  outcome: 'ok' | 'refused' | 'failed';
  errorCode: string | undefined;
}

/** Remembers what was asked and answered. */
export interface ActionLedger {
  /**
   * Claims a key for its first use. `fresh`: run it. `done`: the stored answer. `running`: somebody else has it.
   * `mismatch`: the key was used with another action or input.
   */
  claim(key: string, fingerprint: string, atMs: number): Promise<KeyClaim>;
  /** Stores the answer and the audit row in one transaction. */
  settle(key: string | undefined, answer: unknown, row: AuditRow): Promise<void>;
  /** Frees the key after a failure, so that the same request may be tried again, and stores the row. */
  fail(key: string | undefined, row: AuditRow): Promise<void>;
}

export type KeyClaim =
  | { state: 'fresh' }
  | { state: 'done'; answer: unknown }
  | { state: 'running' | 'mismatch' };

export interface PerformComponents {
  actions: readonly AnyAction[];
  roles: RoleDirectory;
  ledger: ActionLedger;
  clock: Clock;
  logger: Logger;
  /** Aborted when the hub stops. */
  stopping: AbortSignal;
}

export function createPerform(components: PerformComponents): Perform {
  const byName = new Map(components.actions.map((action) => [action.spec.name, action]));
  if (byName.size !== components.actions.length) throw new Error('two actions share a name');

  return async (spec, actor, input, options = {}) => {
    const action = byName.get(spec.name);
    if (!action) throw new Error(`no service implements the action ${spec.name}`);
    await authorise(components, spec, actor);
    const parsed = parseInput(spec, input);
    if (spec.effect === 'read')
      return spec.output.parse(await run(components, action, actor, parsed, options));
    return performWrite(components, action, actor, parsed, options);
  };
}

async function authorise(components: PerformComponents, spec: ActionSpec, actor: Actor): Promise<void> {
  const role = await components.roles.roleOf(actor);
  if (role && roleAtLeast(role, spec.access)) return;
  const error = actionErrors.ACTION_FORBIDDEN({
    action: spec.name,
    needed: spec.access,
    role: role ?? 'none',
  });
  await components.ledger.fail(
    undefined,
    auditRow(components, spec, actor, undefined, 'refused', error.code),
  );
  throw error;
}

function parseInput<Input extends z.ZodType>(spec: ActionSpec<Input>, input: unknown): z.output<Input> {
  const parsed = spec.input.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => [...issue.path.map(String), issue.message].join(': '));
  throw actionErrors.ACTION_INPUT_INVALID({ action: spec.name, problems });
}

async function performWrite(
  components: PerformComponents,
  action: AnyAction,
  actor: Actor,
  input: unknown,
  options: PerformOptions,
): Promise<never> {
  const { ledger } = components;
  const spec: ActionSpec = action.spec;
  const key = options.idempotencyKey && `${actorKey(actor)}:${options.idempotencyKey}`;
  if (key) {
    const fingerprint = JSON.stringify([spec.name, input]);
    const claim = await ledger.claim(key, fingerprint, components.clock.nowMs());
    if (claim.state === 'done') return claim.answer as never;
    if (claim.state === 'mismatch') throw actionErrors.ACTION_KEY_REUSED({ action: spec.name });
    if (claim.state === 'running') throw actionErrors.ACTION_IN_PROGRESS({ action: spec.name });
  }
  try {
    const answer = spec.output.parse(await run(components, action, actor, input, options));
    await ledger.settle(key, answer, auditRow(components, spec, actor, input, 'ok', undefined));
    return answer as never;
  } catch (error) {
    const code = isGuildmeshError(error) ? error.code : 'DEFECT';
    await ledger.fail(key, auditRow(components, spec, actor, input, 'failed', code));
    throw error;
  }
}

function run(
  components: PerformComponents,
  action: AnyAction,
  actor: Actor,
  input: unknown,
  options: PerformOptions,
): Promise<unknown> {
  const signal = options.signal
    ? AbortSignal.any([options.signal, components.stopping])
    : components.stopping;
  return action.run({ actor, signal }, input);
}

function auditRow(
  components: PerformComponents,
  spec: ActionSpec,
  actor: Actor,
  input: unknown,
  outcome: AuditRow['outcome'],
  errorCode: string | undefined,
): AuditRow {
  return {
    atMs: components.clock.nowMs(),
    actor: actorKey(actor),
    guildId: actor.kind === 'guild-member' ? actor.guildId : undefined,
    action: spec.name,
    input,
    outcome,
    errorCode,
  };
}
