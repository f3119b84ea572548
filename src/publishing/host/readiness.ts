import type { TargetLamp } from '#contracts/actions/targets.ts';
import type { Verification } from '#contracts/publisher.ts';
import type { PublisherDeclaration } from '#contracts/publisher-declaration.ts';
import type { Clock } from '#core/clock.ts';
import { isGuildmeshError } from '#core/errors.ts';
import type { Scrubber } from '#core/scrubber.ts';
import type { Credentials } from '../credentials/credentials.ts';
import type { Vault } from '../credentials/vault.ts';
import { publishErrors } from '../errors.ts';
import type { TargetGate } from '../outbox/target-gate.ts';
import type { Publishers } from '../publishers.ts';
import { type CredentialEnds, type EndWords, endWords } from '../targets/credential-ends.ts';
import { neededCredentials } from '../targets/needed-credentials.ts';
import { parsedOptions } from '../targets/options-check.ts';
import type { Target } from '../targets/target-store.ts';

/** A target's answer that all is well counts for this long. */
export const believedMs = 3_600_000;

export interface LampFacts {
  /** What the target is called. */
  target: string;
  /** The vault, while it can't be opened. */
  sealed?: string | undefined;
  /** Options that the publisher no longer accepts. */
  misfit?: string | undefined;
  /** Names of required credentials that are missing. */
  missing: readonly string[];
  /** Its credential has ended, or ends within a week. */
  end?: EndWords | undefined;
  /** Why it is held. */
  paused?: string | undefined;
  /** Its last answer; undefined: not asked within the hour. */
  problems?: readonly string[] | undefined;
}

/**
 * The only place that decides whether publishing there would work now. Green: it was asked and everything is there;
 * red: nothing can leave until somebody fixes it; yellow: held; grey: everything is configured, and it wasn't asked
 * within the hour.
 */
export function lampOf({ target, sealed, misfit, missing, end, paused, problems }: LampFacts): TargetLamp {
  const broken = [
    ...(sealed === undefined ? [] : [sealed]),
    ...(misfit === undefined ? [] : [misfit]),
    ...(missing.length === 0
      ? []
      : [`Missing: ${missing.join(', ')}. A manager gives it with /publish connect target:${target}.`]),
    ...(end?.isOver ? [`${end.text} ${end.next}`] : []),
    ...(problems ?? []),
  ];
  // While the vault is sealed, a target that is asked gives the same reason.
  const reasons = [...new Set([...broken, ...(paused === undefined ? [] : [paused])])];
  const said = { reasons, ...(end && !end.isOver ? { notice: `${end.text} ${end.next}` } : {}) };
  if (broken.length > 0) return { colour: 'red', ...said };
  if (paused !== undefined) return { colour: 'yellow', ...said };
  return { colour: problems === undefined ? 'grey' : 'green', ...said };
}

export interface ReadinessComponents {
  vault: Pick<Vault, 'state'>;
  credentials: Pick<Credentials, 'presence'>;
  ends: Pick<CredentialEnds, 'of'>;
  gate: Pick<TargetGate, 'paused'>;
  publishers: Pick<Publishers, 'declared'>;
  scrubber: Pick<Scrubber, 'of'>;
  clock: Pick<Clock, 'nowMs'>;
}

/** What is known of targets; their own answers are kept in memory, so a restart asks them again. */
export class Readiness {
  readonly #components: ReadinessComponents;
  readonly #said = new Map<string, { options: string; problems: readonly string[]; atMs: number }>();

  constructor(components: ReadinessComponents) {
    this.#components = components;
  }

  /** A target's answer of this moment. */
  keep(target: Target, { problems }: Pick<Verification, 'problems'>): void {
    const atMs = this.#components.clock.nowMs();
    this.#said.set(target.id, { options: JSON.stringify(target.options), problems, atMs });
  }

  /** It has other credentials, or was resumed: its earlier answer no longer counts. */
  forget(targetId: string): void {
    this.#said.delete(targetId);
  }

  /** False: it was asked within the hour. */
  isStale(target: Target): boolean {
    return this.#lastSaid(target) === undefined;
  }

  async lamp(target: Target): Promise<TargetLamp> {
    return lampOf(await this.facts(target));
  }

  async facts(target: Target): Promise<LampFacts> {
    const { vault, credentials, gate, scrubber } = this.#components;
    const publisher = this.#components.publishers.declared(target.publisher);
    const { state } = vault;
    const known = await credentials.presence(target, neededCredentials(publisher, target));
    const pause = await gate.paused(target.id);
    const problems = this.#lastSaid(target);
    const sealed =
      state.state === 'sealed' ? publishErrors.PUBLISH_VAULT_SEALED({ why: state.why }) : undefined;
    return {
      target: target.name,
      sealed: sealed && `${sealed.message} ${sealed.next}`,
      misfit: misfitOf(publisher, target),
      missing: known.filter(({ required, present }) => required && !present).map(({ name }) => name),
      end: await this.#end(
        target,
        known.some(({ required, isGiven }) => required && isGiven),
      ),
      paused: pause && scrubber.of(target.guildId).scrub(pause.detail),
      problems,
    };
  }

  async #end(target: Target, isGiven: boolean): Promise<EndWords | undefined> {
    const { ends, clock } = this.#components;
    const end = await ends.of(target.id);
    if (!end || (isGiven && end.isOld)) return undefined;
    return endWords(target, { endsAtMs: end.endsAtMs, isGiven }, clock.nowMs());
  }

  #lastSaid(target: Target): readonly string[] | undefined {
    const said = this.#said.get(target.id);
    if (said?.options !== JSON.stringify(target.options)) return undefined;
    return this.#components.clock.nowMs() - said.atMs < believedMs ? said.problems : undefined;
  }
}

function misfitOf(publisher: PublisherDeclaration | undefined, target: Target): string | undefined {
  try {
    if (!publisher) throw publishErrors.PUBLISH_NO_PUBLISHER({ publisher: target.publisher });
    parsedOptions(publisher, target.options);
    return undefined;
  } catch (error) {
    if (isGuildmeshError(error)) return `${error.message} ${error.next}`;
    throw error;
  }
}
