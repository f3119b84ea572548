import type { TargetLamp } from '#contracts/actions/targets.ts';
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
import { openNoun } from '../targets/open-options.ts';
import { parsedOptions } from '../targets/options-check.ts';
import type { TargetCheck, TargetChecks } from '../targets/target-checks.ts';
import type { Target } from '../targets/target-store.ts';
import { type LampFacts, lampOf } from './lamp.ts';

/** A target that was asked within this time isn't asked again for a list. */
export const freshMs = 3_600_000;

export interface ReadinessComponents {
  vault: Pick<Vault, 'state'>;
  credentials: Pick<Credentials, 'presence' | 'subjectOf'>;
  ends: Pick<CredentialEnds, 'of'>;
  checks: TargetChecks;
  gate: Pick<TargetGate, 'paused'>;
  publishers: Pick<Publishers, 'declared'>;
  scrubber: Pick<Scrubber, 'of'>;
  clock: Pick<Clock, 'nowMs'>;
}

/** `asked`: it has another lamp now. `doubtful`: its earlier answer no longer counts, so it should be asked. */
export type ReadinessChange = 'asked' | 'doubtful';

/** What is known of targets, for their lamps. */
export class Readiness {
  readonly #components: ReadinessComponents;
  readonly #listeners = new Set<(targetId: string, change: ReadinessChange) => void>();

  constructor(components: ReadinessComponents) {
    this.#components = components;
  }

  /** Returns the unsubscriber. */
  onChange(listener: (targetId: string, change: ReadinessChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** What an answer to a question of this moment will count for; undefined: for nothing. */
  async subjectOf(target: Target): Promise<string | undefined> {
    const publisher = this.#components.publishers.declared(target.publisher);
    return this.#components.credentials.subjectOf(target, neededCredentials(publisher, target));
  }

  /** `subject`: as it was when the target was asked. */
  async keep(target: Target, subject: string | undefined, problems: readonly string[]): Promise<void> {
    if (subject !== undefined) await this.#components.checks.keep(target.id, subject, problems);
    this.#tell(target.id, 'asked');
  }

  /** Something failed there although its last answer was good. */
  async failed(targetId: string): Promise<void> {
    if (await this.#components.checks.forgetGood(targetId)) this.#tell(targetId, 'doubtful');
  }

  /** It may have other options or credentials, for which its earlier answer doesn't count, or was resumed. */
  doubt(targetId: string): void {
    this.#tell(targetId, 'doubtful');
  }

  /** False: it was asked within the hour. */
  async isStale(target: Target): Promise<boolean> {
    const check = await this.#check(target);
    return check === undefined || this.#components.clock.nowMs() - check.atMs >= freshMs;
  }

  async lamp(target: Target): Promise<TargetLamp> {
    return lampOf(await this.facts(target));
  }

  async facts(target: Target): Promise<LampFacts> {
    const { vault, credentials, gate, scrubber } = this.#components;
    const publisher = this.#components.publishers.declared(target.publisher);
    const { state } = vault;
    const open = openNoun(publisher, target.options);
    const known = await credentials.presence(target, neededCredentials(publisher, target));
    const pause = await gate.paused(target.id);
    const sealed =
      state.state === 'sealed' ? publishErrors.PUBLISH_VAULT_SEALED({ why: state.why }) : undefined;
    return {
      target: target.name,
      sealed: sealed && `${sealed.message} ${sealed.next}`,
      open,
      misfit: open === undefined ? misfitOf(publisher, target) : undefined,
      missing: known
        .filter(({ required, present }) => required && !present)
        .map(({ name, label = name }) => label),
      end: await this.#end(
        target,
        known.some(({ required, isGiven }) => required && isGiven),
      ),
      paused: pause && scrubber.of(target.guildId).scrub(pause.detail),
      check: await this.#check(target),
    };
  }

  async #end(target: Target, isGiven: boolean): Promise<EndWords | undefined> {
    const { ends, clock } = this.#components;
    const end = await ends.of(target.id);
    if (!end || (isGiven && end.isOld)) return undefined;
    return endWords(target, { endsAtMs: end.endsAtMs, isGiven }, clock.nowMs());
  }

  async #check(target: Target): Promise<TargetCheck | undefined> {
    const subject = await this.subjectOf(target);
    return subject === undefined ? undefined : this.#components.checks.of(target.id, subject);
  }

  #tell(targetId: string, change: ReadinessChange): void {
    for (const listener of this.#listeners) listener(targetId, change);
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
