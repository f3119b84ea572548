import type { Kysely } from 'kysely';
import type { ArtifactStore } from '#contracts/artifacts.ts';
import type { ArtifactReader, HostHttp, Looked, Publisher, PublisherContext } from '#contracts/publisher.ts';
import type { PublisherDeclaration } from '#contracts/publisher-declaration.ts';
import type { Clock } from '#core/clock.ts';
import { withDeadline } from '#core/deadline.ts';
import { type GuildmeshError, isGuildmeshError } from '#core/errors.ts';
import type { Scrubber } from '#core/scrubber.ts';
import { approvalsNeeded, approversOf } from '../approval/approvals.ts';
import type { Credentials } from '../credentials/credentials.ts';
import type { TokenPairs } from '../credentials/token-pairs.ts';
import { findPublications } from '../drafts/publication-store.ts';
import { withPromises } from '../drafts/recorded-people.ts';
import type { LookRequest } from '../drafts/renderer.ts';
import { publishErrors } from '../errors.ts';
import type { Claimed, ClaimedStep } from '../outbox/delivery.ts';
import type { AttemptInit, DeliveryHost, Renewal } from '../outbox/delivery-host.ts';
import { outboxErrors } from '../outbox/errors.ts';
import { stepKeyOf } from '../outbox/keys.ts';
import type { PlatformSettings } from '../platform-settings.ts';
import type { Publishers } from '../publishers.ts';
import type { RowSeals } from '../seals/row-seals.ts';
import type { Schema } from '../tables/schema.ts';
import { neededCredentials } from '../targets/needed-credentials.ts';
import { parsedOptions } from '../targets/options-check.ts';
import type { Target, TargetStore } from '../targets/target-store.ts';
import { guardedPublisher, type HostedContext } from './guarded-publisher.ts';

export interface HostComponents {
  db: Kysely<Schema>;
  seals: RowSeals;
  publishers: Publishers;
  targets: TargetStore;
  credentials: Credentials;
  tokens: TokenPairs;
  artifacts: ArtifactReader & Pick<ArtifactStore, 'isKept'>;
  platforms: Pick<PlatformSettings, 'address'>;
  http(init: { dryRun: boolean; signal: AbortSignal; publisher: string }): HostHttp;
  scrubber: Pick<Scrubber, 'of'>;
  /** Renders a delivery again of which nothing has left. */
  renew(delivery: Claimed, reason: string, signal: AbortSignal): Promise<Renewal>;
  clock: Clock;
}

/** A preview waits this long for a platform to say where its branches are. */
const lookTimeoutMs = 10_000;

/** Everything a publisher gets from the hub. */
export class PublisherHost implements DeliveryHost {
  readonly #components: HostComponents;

  constructor(components: HostComponents) {
    this.#components = components;
  }

  /** Throws PUBLISH_NOT_LOADED. */
  async publisher(id: string, guildId: string): Promise<Publisher | undefined> {
    const publisher = await this.#components.publishers.loaded(id);
    return publisher && guardedPublisher(publisher, this.#components.scrubber.of(guildId));
  }

  renew(delivery: Claimed, reason: string, signal: AbortSignal): Promise<Renewal> {
    return this.#components.renew(delivery, reason, signal);
  }

  async missingFiles({ steps }: Claimed): Promise<string[]> {
    const files = steps.flatMap(({ step, state }) => (state === 'done' ? [] : step.artifacts));
    const missing = new Map<string, string>();
    for (const { cid, name } of files)
      if (!missing.has(cid) && !(await this.#components.artifacts.isKept(cid))) missing.set(cid, name);
    return [...missing.values()];
  }

  /** Undefined where nothing moves for this target. Throws where it can't be determined. */
  async look(target: Target, request: LookRequest, signal: AbortSignal): Promise<Looked | undefined> {
    const publisher = await this.publisher(target.publisher, target.guildId);
    if (!publisher?.references) return undefined;
    const options = parsedOptions(publisher, target.options);
    const { content, ...settings } = request;
    return withDeadline(this.#components.clock, lookTimeoutMs, signal, async (within) => {
      const context = await this.readOnly(target, publisher, within);
      return publisher.references?.look(context, content, options, settings);
    });
  }

  async targetName(targetId: string): Promise<string> {
    return (await this.#components.targets.byId(targetId))?.name ?? 'a removed target';
  }

  /**
   * For one attempt. A refusal of the host is reported when the publisher is about to run, and classified like any
   * answer.
   */
  async context(delivery: Claimed, step: ClaimedStep, init: AttemptInit): Promise<HostedContext> {
    const target = await this.#components.targets.byId(delivery.targetId);
    const { approved, ...filled } = await this.#filled(target, delivery, init.signal);
    return {
      ...filled,
      approved,
      key: delivery.key,
      stepKey: stepKeyOf(delivery.key, step.step.id, step.ordinal),
      attempt: init.attempt,
      firstAttemptAtMs: init.firstAttemptAtMs,
      artifacts: this.#components.artifacts,
      progress: init.progress,
    };
  }

  /** For a read-only check. Throws the reason why the credentials can't be used. */
  async readOnly(
    target: Target,
    publisher: PublisherDeclaration,
    signal: AbortSignal,
  ): Promise<PublisherContext> {
    const values = await this.#components.credentials.of(target, neededCredentials(publisher, target));
    return this.#context(target, values, signal, true);
  }

  /** For reading what everybody may see: without credentials, and for no target. */
  anonymous(publisher: string, guildId: string, signal: AbortSignal): PublisherContext {
    return this.#context({ id: '', guildId, publisher }, new Map(), signal, true);
  }

  /** For connecting a target: asking for tokens is a write. Throws the reason why the credentials can't be used. */
  async connecting(
    target: Target,
    publisher: PublisherDeclaration,
    signal: AbortSignal,
  ): Promise<PublisherContext> {
    const values = await this.#components.credentials.of(target, neededCredentials(publisher, target));
    return this.#context(target, values, signal, false);
  }

  async #filled(
    target: Target | undefined,
    delivery: Claimed,
    signal: AbortSignal,
  ): Promise<PublisherContext & { approved: boolean; refusal?: GuildmeshError }> {
    const none = new Map<string, string>();
    const gone = { id: delivery.targetId, guildId: delivery.guildId, publisher: delivery.publisher };
    if (!target || target.removed) {
      const refusal = publishErrors.PUBLISH_NO_TARGET({ target: target?.name ?? delivery.targetId });
      const context = this.#context(gone, none, signal, true);
      return { ...context, approved: false, refusal };
    }
    try {
      const { values, approved } = await this.#admit(target, delivery);
      return { ...this.#context(target, values, signal, false), approved };
    } catch (error) {
      if (!isGuildmeshError(error)) throw error;
      return { ...this.#context(target, none, signal, true), approved: false, refusal: error };
    }
  }

  /** The target's credentials. Throws the reason why this delivery may not leave now. */
  async #admit(
    target: Target,
    delivery: Claimed,
  ): Promise<{ values: Map<string, string>; approved: boolean }> {
    const approved = await this.#requireApproved(target, delivery);
    const fields = neededCredentials(this.#components.publishers.declared(target.publisher), target);
    const values = await this.#components.credentials.of(target, fields);
    const names = fields
      .filter(({ name, required }) => required && !values.has(name))
      .map(({ name }) => name);
    if (names.length > 0) throw publishErrors.PUBLISH_CREDENTIAL_MISSING({ target: target.name, names });
    return { values, approved };
  }

  /**
   * The row says it may leave; approvals are checked once more, at the last moment. Returns whether any were needed.
   */
  async #requireApproved(target: Target, delivery: Claimed): Promise<boolean> {
    const { db } = this.#components;
    const { id: deliveryId, publicationId, stepsHash } = delivery;
    const isPromised = (await withPromises(db, await findPublications(db, [publicationId]))).size > 0;
    const needed = approvalsNeeded({ policy: target.policy, isPromised });
    if (needed === 0) return false;
    const row = await this.#components.db
      .selectFrom('delivery')
      .select('revision')
      .where('id', '=', deliveryId)
      .executeTakeFirst();
    const people = await approversOf(this.#components.db, this.#components.seals, {
      deliveryId,
      revision: row?.revision ?? 0,
      stepsHash,
    });
    if (people.length < needed) throw outboxErrors.OUTBOX_CHANGED({ target: target.name });
    return true;
  }

  #context(
    target: Pick<Target, 'id' | 'guildId' | 'publisher'>,
    values: ReadonlyMap<string, string>,
    signal: AbortSignal,
    dryRun: boolean,
  ): PublisherContext {
    const { http, tokens, clock } = this.#components;
    const { publisher } = target;
    return {
      http: http({ dryRun, signal, publisher }),
      credential: (name) => values.get(name),
      tokens: tokens.of(target, signal),
      address: (name) => this.#components.platforms.address(publisher, name),
      signal,
      nowMs: () => clock.nowMs(),
      guildId: target.guildId,
    };
  }
}
