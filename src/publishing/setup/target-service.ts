import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type { TargetView, targetAdd, targetVerify } from '#contracts/actions/targets.ts';
import { type Actor, actorKey } from '#contracts/actor.ts';
import type { Verification } from '#contracts/publisher.ts';
import type { PublisherDeclaration } from '#contracts/publisher-declaration.ts';
import { aborted, orAborted } from '#core/aborted.ts';
import type { Clock } from '#core/clock.ts';
import { DeadlinePassed, withDeadline } from '#core/deadline.ts';
import { isGuildmeshError } from '#core/errors.ts';
import type { Scrubber } from '#core/scrubber.ts';
import { asSentence } from '#core/text/sentences.ts';
import { suggest } from '#core/text/suggest.ts';
import { transact } from '#storage/transaction.ts';
import type { Credentials } from '../credentials/credentials.ts';
import { publishErrors } from '../errors.ts';
import type { PublisherHost } from '../host/publisher-host.ts';
import type { Readiness } from '../host/readiness.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Publishers } from '../publishers.ts';
import type { PublishingComponents } from '../publishing-components.ts';
import type { Schema } from '../tables/schema.ts';
import type { CredentialEnds } from '../targets/credential-ends.ts';
import { meantOptions } from '../targets/meant-options.ts';
import { neededCredentials } from '../targets/needed-credentials.ts';
import { checkedPlace, openNoun } from '../targets/open-options.ts';
import { parsedOptions } from '../targets/options-check.ts';
import type { Target, TargetStore } from '../targets/target-store.ts';

export const verifyTimeoutMs = 30_000;
const askedAtOnceMax = 6;
/** For one list. */
const askingMaxMs = 8_000;

export interface TargetServiceComponents {
  db: Kysely<Schema>;
  outbox: Outbox;
  targets: TargetStore;
  credentials: Credentials;
  host: PublisherHost;
  readiness: Readiness;
  ends: CredentialEnds;
  publishers: Publishers;
  scrubber: Pick<Scrubber, 'of'>;
  names?: PublishingComponents['names'];
  clock: Clock;
}

/** The places where a guild's results go: added, examined, held and removed by people. */
export class TargetService {
  readonly #components: TargetServiceComponents;

  constructor(components: TargetServiceComponents) {
    this.#components = components;
  }

  async add(actor: Actor, input: z.output<typeof targetAdd.input>): Promise<TargetView> {
    const publisher = this.#publisher(input.publisher);
    const options = meantOptions(publisher, input.options, this.#components.names?.(input.guildId));
    parsedOptions(publisher, options);
    const target = await this.#keep(actor, { ...input, options });
    this.#components.readiness.doubt(target.id);
    return this.view(target);
  }

  /** What is picked once it is connected may be open. */
  async addPlace(
    actor: Actor,
    input: Partial<Target> & Pick<Target, 'guildId' | 'name' | 'publisher' | 'options'>,
  ): Promise<Target> {
    checkedPlace(this.#publisher(input.publisher), input.options);
    return this.#keep(actor, input);
  }

  async #keep(
    actor: Actor,
    input: Partial<Target> & Pick<Target, 'guildId' | 'name' | 'publisher' | 'options'>,
  ): Promise<Target> {
    const { outbox, targets, clock } = this.#components;
    const target: Target = {
      id: outbox.ids.next(),
      guildId: input.guildId,
      name: input.name,
      publisher: input.publisher,
      options: input.options,
      policy: input.policy ?? 'one-manager',
      monthlyBudgetMicros: input.monthlyBudgetMicros,
      ordered: input.ordered ?? false,
      template: input.template,
      alertChannelId: actor.kind === 'guild-member' ? actor.channelId : undefined,
      createdBy: actorKey(actor),
      createdAtMs: clock.nowMs(),
      removed: false,
    };
    await targets.add(target);
    return target;
  }

  /** Unsent deliveries for it are withdrawn; one that is leaving at this moment finds it gone. */
  async remove(guildId: string, name: string): Promise<TargetView> {
    const { db, outbox, targets, credentials, clock } = this.#components;
    const target = await targets.named(guildId, name);
    const view = await this.view(target);
    await transact(db, async (tx) => {
      await targets.remove(tx, target.id, clock.nowMs());
      await credentials.forget(tx, target.id);
    });
    const open = await db
      .selectFrom('delivery')
      .select('id')
      .where('target_id', '=', target.id)
      .where('open', '=', 1)
      .execute();
    for (const { id } of open) await this.#withdraw(guildId, id);
    await outbox.resume(target.id);
    return view;
  }

  /** With `ask`, targets that weren't asked within the hour are asked now, as far as the time allows. */
  async list(
    guildId: string,
    ask?: AbortSignal,
  ): Promise<{
    targets: TargetView[];
    publishers: { id: string; title: string; summary: string }[];
  }> {
    const { targets, publishers } = this.#components;
    const views: TargetView[] = [];
    if (ask) await this.askStale(await targets.list(guildId), ask, askingMaxMs);
    for (const target of await targets.list(guildId)) views.push(await this.view(target));
    return {
      targets: views,
      publishers: publishers.all.map(({ id, describe: { title, summary } }) => ({ id, title, summary })),
    };
  }

  /** Reads only, whatever the publisher does. Reports problems that it can name instead of throwing. */
  async verify(
    guildId: string,
    name: string,
    signal: AbortSignal,
  ): Promise<z.input<typeof targetVerify.output>> {
    return this.ask(await this.#components.targets.named(guildId, name), signal);
  }

  /** Targets that weren't asked within the hour, `askedAtOnceMax` at a time, for at most this long. Never throws. */
  async askStale(targets: readonly Target[], signal: AbortSignal, forMs: number): Promise<void> {
    const { clock, readiness } = this.#components;
    const stale: Target[] = [];
    for (const target of targets) if (await readiness.isStale(target)) stale.push(target);
    if (stale.length === 0) return;
    const late = () => new DeadlinePassed('asking targets took too long');
    await withDeadline(
      clock,
      forMs,
      signal,
      async (inTime) => {
        const next = async (): Promise<void> => {
          for (let target = stale.pop(); target && !inTime.aborted; target = stale.pop())
            await this.ask(target, inTime).catch(() => undefined);
        };
        await Promise.race([Promise.all(Array.from({ length: askedAtOnceMax }, next)), aborted(inTime)]);
      },
      { late },
    );
  }

  /** Like `verify`; its lamp follows the answer. */
  async ask(target: Target, signal: AbortSignal): Promise<z.input<typeof targetVerify.output>> {
    const { readiness, ends } = this.#components;
    // Nobody can be asked about nothing.
    if (openNoun(this.#publisher(target.publisher), target.options) !== undefined) {
      await readiness.keep(target, undefined, []);
      return { problems: [] };
    }
    const subject = await readiness.subjectOf(target);
    const said = await this.#ask(target, signal);
    await ends.keep(target.id, said);
    await readiness.keep(target, subject, said.problems);
    const { end } = await readiness.facts(target);
    if (!end) return said;
    const words = `${end.text} ${end.next}`;
    if (end.isOver) return { ...said, problems: [...said.problems, words] };
    return { ...said, remarks: [...(said.remarks ?? []), words] };
  }

  async #ask(target: Target, signal: AbortSignal): Promise<z.input<typeof targetVerify.output>> {
    const { host, clock } = this.#components;
    const scrubber = this.#components.scrubber.of(target.guildId);
    const declared = this.#publisher(target.publisher);
    const late = () => new DeadlinePassed(`no answer within ${verifyTimeoutMs / 1_000} s`);
    const look = async (inTime: AbortSignal): Promise<Verification> => {
      const options = parsedOptions(declared, target.options);
      const context = await host.readOnly(target, declared, inTime);
      const publisher = await this.#components.publishers.loaded(declared.id);
      return publisher?.verify(context, options) ?? { problems: [] };
    };
    try {
      const {
        account,
        problems,
        remarks = [],
        quota,
        endsAtMs,
      } = await withDeadline(clock, verifyTimeoutMs, signal, (inTime) => orAborted(inTime, look(inTime)), {
        late,
      });
      return {
        ...(account === undefined ? {} : { account: scrubber.scrub(account) }),
        problems: problems.map((problem) => scrubber.scrub(problem)),
        ...(remarks.length === 0 ? {} : { remarks: remarks.map((remark) => scrubber.scrub(remark)) }),
        ...(quota === undefined ? {} : { quota: scrubber.scrub(quota) }),
        ...(endsAtMs === undefined ? {} : { endsAtMs }),
      };
    } catch (error) {
      signal.throwIfAborted();
      return { problems: [scrubber.scrub(await this.#problemOf(declared, error))] };
    }
  }

  async pause(guildId: string, name: string, actor: Actor): Promise<TargetView> {
    const { outbox, targets } = this.#components;
    const target = await targets.named(guildId, name);
    const by = actor.kind === 'guild-member' ? actor.displayName : actorKey(actor);
    await outbox.gate.pause(target.id, 'by-person', `Paused by ${by}.`);
    return this.view(target);
  }

  async resume(guildId: string, name: string): Promise<TargetView> {
    const target = await this.#components.targets.named(guildId, name);
    await this.#components.outbox.resume(target.id);
    this.#components.readiness.doubt(target.id);
    return this.view(target);
  }

  async view(target: Target): Promise<TargetView> {
    const { outbox, credentials, publishers } = this.#components;
    const scrubber = this.#components.scrubber.of(target.guildId);
    const publisher = publishers.declared(target.publisher);
    const fields = neededCredentials(publisher, target);
    const paused = await outbox.gate.paused(target.id);
    const { guildId, id, name, options, policy, monthlyBudgetMicros, ordered, template } = target;
    return {
      guildId,
      id,
      name,
      publisher: target.publisher,
      title: publisher?.describe.title ?? target.publisher,
      options: Object.fromEntries(
        Object.entries(options).map(([name, value]) => [scrubber.scrub(name), scrubber.redact(value)]),
      ),
      policy,
      ...(monthlyBudgetMicros === undefined ? {} : { monthlyBudgetMicros }),
      spentThisMonthMicros: Number(await outbox.gate.spentMicros(target.id)),
      ordered,
      ...(template === undefined ? {} : { template }),
      credentials: (await credentials.presence(target, fields)).map(({ name, present, required, help }) => ({
        name,
        present,
        required,
        help,
      })),
      lamp: await this.#components.readiness.lamp(target),
      ...(paused
        ? {
            paused: {
              reason: paused.reason,
              detail: scrubber.scrub(paused.detail),
              ...(paused.until_ms === null ? {} : { untilMs: paused.until_ms }),
            },
          }
        : {}),
    };
  }

  #publisher(id: string): PublisherDeclaration {
    const { publishers } = this.#components;
    const found = publishers.declared(id);
    if (found) return found;
    const suggestion = suggest(
      id,
      publishers.all.map((publisher) => publisher.id),
    );
    throw publishErrors.PUBLISH_NO_PUBLISHER({ publisher: id, suggestion });
  }

  async #problemOf(publisher: PublisherDeclaration, error: unknown): Promise<string> {
    if (error instanceof DeadlinePassed)
      return `${publisher.describe.title} gave ${error.message}; try again.`;
    if (isGuildmeshError(error)) return `${error.message} ${error.next}`;
    const reason = (await this.#components.publishers.loaded(publisher.id))?.classify(error).reason;
    return asSentence(`It could not be looked at: ${reason}`);
  }

  async #withdraw(guildId: string, deliveryId: string): Promise<void> {
    try {
      await this.#components.outbox.operations.cancel(guildId, deliveryId);
    } catch (error) {
      // It has left, or is leaving: its fate is still looked up.
      if (!isGuildmeshError(error)) throw error;
    }
  }
}
