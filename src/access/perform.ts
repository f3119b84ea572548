import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { ActionSpec, AnyAction, Perform, PerformOptions } from '#contracts/action.ts';
import type { ActionLedger } from '#contracts/action-ledger.ts';
import {
  type Actor,
  actorKey,
  guildOf,
  isOperator,
  type Role,
  type RoleDirectory,
  roleAtLeast,
} from '#contracts/actor.ts';
import type { AuditRow } from '#contracts/audit.ts';
import { actionErrors } from '#contracts/errors.ts';
import type { GuildStandings } from '#contracts/guild-standing.ts';
import { faultSentence, readInput } from '#contracts/input-words.ts';
import type { Clock } from '#core/clock.ts';
import { GuildmeshError, isGuildmeshError } from '#core/errors.ts';
import type { Logger } from '#core/logger.ts';
import { valueWithoutHostFacts } from '#core/text/host-facts.ts';
import { withWhoMay } from './next-step.ts';
import { refusalOf, refusalOfInput } from './permission.ts';

export interface PerformComponents {
  actions: readonly AnyAction[];
  roles: RoleDirectory;
  standings: GuildStandings;
  ledger: ActionLedger;
  clock: Clock;
  logger: Logger;
  /**
   * Takes known secrets out of the input that an audit row keeps; refusals are recorded too, including those caused by
   * a secret.
   */
  redact?: (value: unknown) => unknown;
  /** Aborted when the hub stops. */
  stopping: AbortSignal;
}

/** One request on its way through. The specification is the registered one, whatever the door holds. */
interface Request {
  action: AnyAction;
  spec: ActionSpec;
  actor: Actor;
  options: PerformOptions;
  /** Neither manager nor operator: answers say nothing about the machine. */
  isBelowManager?: boolean;
  role?: Role | undefined;
}

export function createPerform(components: PerformComponents): Perform {
  const byName = new Map(components.actions.map((action) => [action.spec.name, action]));
  if (byName.size !== components.actions.length) throw new Error('two actions share a name');

  return async (spec, actor, input, options = {}) => {
    const action = byName.get(spec.name);
    if (!action) throw new Error(`no service implements the action ${spec.name}`);
    const request: Request = { action, spec: action.spec, actor, options };
    await authorise(components, request);
    try {
      const parsed = await parseInput(components, request, input);
      const answer =
        request.spec.effect === 'read'
          ? await run(components, request, parsed)
          : await performWrite(components, request, parsed);
      return (request.isBelowManager ? shown(request.spec, answer) : answer) as z.output<typeof spec.output>;
    } catch (error) {
      if (!request.isBelowManager || !isGuildmeshError(error)) throw error;
      throw withWhoMay(withoutHost(error, input), request.role, (name) => byName.get(name)?.spec.access);
    }
  };
}

function shown(spec: ActionSpec, answer: unknown): unknown {
  return spec.belowManager ? spec.belowManager(answer) : answer;
}

/** What the asker typed stays, as it reveals nothing new. */
function withoutHost(error: GuildmeshError, input: unknown): GuildmeshError {
  const known = JSON.stringify(input) ?? '';
  return new GuildmeshError(valueWithoutHostFacts(error.toRecord(), known), { cause: error.cause });
}

async function authorise(components: PerformComponents, request: Request): Promise<void> {
  const { spec, actor } = request;
  const { standings } = components;
  const guildId = guildOf(actor);
  const standing = guildId === undefined ? undefined : standings.of(guildId);
  // Nothing is looked up about people in a foreign guild.
  const role = standing === 'foreign' ? undefined : await roleOf(components, request);
  request.role = role;
  const isPerson = actor.kind === 'guild-member' || actor.kind === 'api-token';
  request.isBelowManager = isPerson && !isOperator(actor) && !(role && roleAtLeast(role, 'manager'));
  const refusal = refusalOf(spec, actor, { role, standing }, standings);
  if (!refusal) return;
  // A foreign guild leaves nothing behind, not even audit rows.
  throw standing === 'foreign' ? refusal : await refuse(components, request, undefined, refusal);
}

async function roleOf(components: PerformComponents, request: Request): Promise<Role | undefined> {
  try {
    return await components.roles.roleOf(request.actor);
  } catch (error) {
    throw isGuildmeshError(error) ? await refuse(components, request, undefined, error) : error;
  }
}

async function parseInput(components: PerformComponents, request: Request, input: unknown): Promise<unknown> {
  const { spec } = request;
  const read = readInput(spec.input, input);
  if ('data' in read) {
    const refusal = refusalOfInput(spec, request.actor, read.data);
    if (refusal) throw await refuse(components, request, undefined, refusal);
    return read.data;
  }
  const { faults } = read;
  const problems = faults.map(faultSentence);
  const error = actionErrors.ACTION_INPUT_INVALID({ action: spec.name, problems, faults });
  throw spec.effect === 'write' ? await refuse(components, request, undefined, error) : error;
}

async function performWrite(
  components: PerformComponents,
  request: Request,
  input: unknown,
): Promise<unknown> {
  const { spec, actor, options } = request;
  const key = options.idempotencyKey && `${actorKey(actor)}:${options.idempotencyKey}`;
  if (key) {
    const fingerprint = fingerprintOf(spec, input);
    const claim = await components.ledger.claim(key, fingerprint, components.clock.nowMs());
    if (claim.state === 'done' && spec.shownOnce)
      throw await refuse(components, request, input, actionErrors.ACTION_SHOWN_ONCE({ action: spec.name }));
    if (claim.state === 'done') {
      options.onReplay?.();
      return claim.answer;
    }
    if (claim.state === 'mismatch')
      throw await refuse(components, request, input, actionErrors.ACTION_KEY_REUSED({ action: spec.name }));
    if (claim.state === 'running')
      throw await refuse(components, request, input, actionErrors.ACTION_IN_PROGRESS({ action: spec.name }));
  }
  return runAndRecord(components, request, key, input);
}

async function runAndRecord(
  components: PerformComponents,
  request: Request,
  key: string | undefined,
  input: unknown,
): Promise<unknown> {
  const { ledger, logger } = components;
  let answer: unknown;
  try {
    answer = await run(components, request, input);
  } catch (error) {
    const code = isGuildmeshError(error) ? error.code : 'DEFECT';
    const row = auditRow(components, request, input, 'failed', code);
    await recording(logger, row, () => ledger.fail(key, row));
    throw error;
  }
  const row = auditRow(components, request, input, 'ok', undefined);
  // The effect has happened, so an error here would make the asker repeat it. The key stays claimed, which prevents a
  // second run.
  const kept = request.spec.shownOnce ? undefined : answer;
  await recording(logger, row, () => ledger.settle(key, kept, row));
  return answer;
}

async function run(components: PerformComponents, request: Request, input: unknown): Promise<unknown> {
  const { stopping } = components;
  const { action, spec, actor, options } = request;
  if (stopping.aborted) throw actionErrors.ACTION_HUB_STOPPING();
  const signal = signalOf(options, stopping);
  return spec.output.parse(await action.run({ actor, signal, body: options.body }, input));
}

function signalOf({ signal, outlasts }: PerformOptions, stopping: AbortSignal): AbortSignal {
  if (!signal) return stopping;
  return outlasts ? signal : AbortSignal.any([signal, stopping]);
}

async function refuse(
  components: PerformComponents,
  request: Request,
  input: unknown,
  error: GuildmeshError,
): Promise<GuildmeshError> {
  const row = auditRow(components, request, input, 'refused', error.code);
  await recording(components.logger, row, () => components.ledger.fail(undefined, row));
  return error;
}

/** A row that can't be stored goes to the log: a full disk must not turn a refusal or a result into something else. */
async function recording(logger: Logger, row: AuditRow, store: () => Promise<void>): Promise<void> {
  try {
    await store();
  } catch (error) {
    logger.error({ err: error, row }, 'audit row was not stored');
  }
}

function fingerprintOf(spec: ActionSpec, input: unknown): string {
  const text = spec.fingerprint?.(input) ?? JSON.stringify([spec.name, input]);
  return createHash('sha256').update(text).digest('hex');
}

function auditRow(
  components: PerformComponents,
  { spec, actor }: Request,
  input: unknown,
  outcome: AuditRow['outcome'],
  errorCode: string | undefined,
): AuditRow {
  return {
    atMs: components.clock.nowMs(),
    actor: actorKey(actor),
    guildId: guildOf(actor),
    action: spec.name,
    input: scrubbed(components, input),
    outcome,
    errorCode,
  };
}

/** Never throws: a row is built after its action took effect. */
function scrubbed({ redact, logger }: PerformComponents, input: unknown): unknown {
  if (!redact || input === undefined) return input;
  try {
    return redact(input);
  } catch (error) {
    logger.error({ err: error }, 'an input could not be redacted, and its audit row is without it');
    return '[not recorded]';
  }
}
