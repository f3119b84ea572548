import type { ActionSpec } from '#contracts/action.ts';
import { type Actor, guildOf, isOperator, type Role, roleAtLeast } from '#contracts/actor.ts';
import { actionErrors } from '#contracts/errors.ts';
import type { GuildStandings, Standing } from '#contracts/guild-standing.ts';
import type { GuildmeshError } from '#core/errors.ts';

/** What is known of an actor when it asks. */
export interface ActorFacts {
  role: Role | undefined;
  /** Standing of the guild it acts in; undefined for an actor that belongs to none. */
  standing: Standing | undefined;
}

/**
 * Why this actor may not perform this action, whatever the input; undefined when it may. `refusalOfInput` decides about
 * the guild in the input. These two are the only place that decides permissions.
 */
export function refusalOf(
  spec: ActionSpec,
  actor: Actor,
  facts: ActorFacts,
  standings: Pick<GuildStandings, 'host'>,
): GuildmeshError | undefined {
  const needed = spec.access;
  if (needed === 'operator' && isOperator(actor)) return undefined;
  // Foreign guilds get no service, and learn nothing else.
  if (facts.standing === 'foreign') return actionErrors.ACTION_NOT_HOME(standings.host());
  const ofKind = refusalOfKind(spec, actor);
  if (ofKind || actor.kind === 'system' || actor.kind === 'operator') return ofKind;
  const isOfHub = spec.scope === 'hub' && needed !== 'operator';
  if (isOfHub && isOperator(actor)) return undefined;
  // Nobody has chosen a home yet: no single guild may change what concerns the whole hub.
  if (isOfHub && spec.effect === 'write' && facts.standing !== 'home')
    return actionErrors.ACTION_NOT_CHOSEN(standings.host());
  if (needed !== 'operator' && facts.role && roleAtLeast(facts.role, needed)) return undefined;
  return actionErrors.ACTION_FORBIDDEN({ action: spec.name, needed, role: facts.role ?? 'none' });
}

/** What this kind of actor may never do, whatever its role. */
function refusalOfKind(spec: ActionSpec, actor: Actor): GuildmeshError | undefined {
  if (spec.scope === 'person' && actor.kind !== 'guild-member')
    return actionErrors.ACTION_PERSON_ONLY({ action: spec.name });
  if (actor.kind === 'api-token' && !tokenMay(spec, actor.role))
    return actionErrors.ACTION_NOT_BY_TOKEN({ action: spec.name });
  return undefined;
}

function tokenMay(spec: ActionSpec, role: Role | undefined): boolean {
  if (spec.byToken === 'never') return false;
  return role !== undefined || spec.byToken === 'bare';
}

/**
 * Why this actor may not ask about this guild; undefined when the input names its own guild, or when the actor belongs
 * to none.
 */
export function refusalOfInput(spec: ActionSpec, actor: Actor, input: unknown): GuildmeshError | undefined {
  const own = guildOf(actor);
  if (own === undefined || spec.scope === 'hub') return undefined;
  const named = guildIdIn(input);
  // Input about a person need not name the guild; input about a guild always does.
  if (named === own || (named === undefined && spec.scope === 'person')) return undefined;
  return actionErrors.ACTION_OTHER_GUILD({ action: spec.name });
}

function guildIdIn(input: unknown): string | undefined {
  if (typeof input !== 'object' || input === null || !('guildId' in input)) return undefined;
  return typeof input.guildId === 'string' ? input.guildId : undefined;
}
