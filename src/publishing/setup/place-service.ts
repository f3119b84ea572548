import type { z } from 'zod';
import type { PlaceView, targetChoices, targetKinds, targetSetup } from '#contracts/actions/places.ts';
import type { Actor } from '#contracts/actor.ts';
import type { PlaceKind, PublisherDeclaration } from '#contracts/publisher-declaration.ts';
import { orAborted } from '#core/aborted.ts';
import type { Clock } from '#core/clock.ts';
import { DeadlinePassed, withDeadline } from '#core/deadline.ts';
import type { Scrubber } from '#core/scrubber.ts';
import { slugOf } from '#core/text/kindly.ts';
import { publishErrors } from '../errors.ts';
import type { PublisherHost } from '../host/publisher-host.ts';
import type { Readiness } from '../host/readiness.ts';
import type { Publishers } from '../publishers.ts';
import { openNoun } from '../targets/open-options.ts';
import { type Answers, readAnswers } from '../targets/place-answers.ts';
import { fieldsOf, fromTextName } from '../targets/place-fields.ts';
import { kindIdOf, kindOf, kindsOf } from '../targets/place-kinds.ts';
import type { Target, TargetStore } from '../targets/target-store.ts';
import type { TargetEdits } from './target-edits.ts';
import type { TargetService } from './target-service.ts';

/** A place that was just set up is asked at once, for at most this long; the card follows a later answer. */
const askingMaxMs = 3_000;
const choicesTimeoutMs = 8_000;
/** Discord: options of a select. */
const choicesMax = 25;
const nameMax = 32;

export interface PlaceServiceComponents {
  service: Pick<TargetService, 'addPlace' | 'askStale' | 'view'>;
  edits: Pick<TargetEdits, 'edit'>;
  targets: Pick<TargetStore, 'list' | 'named'>;
  publishers: Publishers;
  host: Pick<PublisherHost, 'readOnly'>;
  readiness: Pick<Readiness, 'isStale' | 'doubt'>;
  scrubber: Pick<Scrubber, 'of'>;
  clock: Clock;
}

/** Targets as people set them up: by kinds and answers instead of publishers and options. */
export class PlaceService {
  readonly #components: PlaceServiceComponents;

  constructor(components: PlaceServiceComponents) {
    this.#components = components;
  }

  /** All, or that of the id. Throws PUBLISH_NO_KIND. */
  kinds(id?: string): z.input<typeof targetKinds.output> {
    const { all } = this.#components.publishers;
    if (id !== undefined) {
      const { publisher, kind } = this.#kind(id);
      return { kinds: [kindView(publisher, kind, {})] };
    }
    // What needs no account of anybody comes first.
    const ordered = all.toSorted((a, b) => Number(b.hubsOwn !== undefined) - Number(a.hubsOwn !== undefined));
    return {
      kinds: ordered.flatMap((publisher) => kindsOf(publisher).map((kind) => kindView(publisher, kind, {}))),
    };
  }

  /** Throws PUBLISH_NO_KIND, PUBLISH_OTHER_SITE, PUBLISH_OPTIONS_INVALID, PUBLISH_TOO_MANY. */
  async setup(
    actor: Actor,
    input: z.output<typeof targetSetup.input>,
    signal: AbortSignal,
  ): Promise<PlaceView> {
    const { guildId } = input;
    const { publisher, kind } = this.#kind(input.kind);
    const { options, notes } = readAnswers(publisher, kind, input.answers);
    const { name, note } = await this.#name(guildId, input.called ?? kind.id);
    const target = await this.#components.service.addPlace(actor, {
      ...{ guildId, name, publisher: publisher.id },
      options: { ...kind.options, ...given(options) },
    });
    if (note && input.called !== undefined) notes.push(note);
    return this.#asked(target, notes, signal);
  }

  async change(
    { guildId, target: name, answers }: { guildId: string; target: string; answers: Answers },
    signal: AbortSignal,
  ): Promise<PlaceView> {
    const { targets, edits } = this.#components;
    const before = await targets.named(guildId, name);
    const publisher = this.#publisher(before);
    const { options, notes } = readAnswers(publisher, kindOf(publisher, before.options), answers);
    await edits.edit({ guildId, target: name, options }, signal, { asks: false });
    return this.#asked(await targets.named(guildId, name), notes, signal);
  }

  async copy(
    actor: Actor,
    { guildId, target: name, called }: { guildId: string; target: string; called: string },
    signal: AbortSignal,
  ): Promise<PlaceView> {
    const { targets, service } = this.#components;
    const original = await targets.named(guildId, name);
    const next = await this.#name(guildId, called);
    const { publisher, options, policy, monthlyBudgetMicros, ordered, template } = original;
    const target = await service.addPlace(actor, {
      ...{ guildId, name: next.name, publisher, options, policy, monthlyBudgetMicros, ordered, template },
    });
    return this.#asked(target, next.note ? [next.note] : [], signal);
  }

  async show(guildId: string, name: string): Promise<PlaceView> {
    return this.#view(await this.#components.targets.named(guildId, name), []);
  }

  /** Nothing where the platform can't list any. Throws PUBLISH_CHOICES_UNSEEN. */
  async choices(
    guildId: string,
    name: string,
    signal: AbortSignal,
  ): Promise<z.input<typeof targetChoices.output>> {
    const { targets, publishers, host, clock, scrubber } = this.#components;
    const target = await targets.named(guildId, name);
    const publisher = await publishers.loaded(target.publisher);
    if (!publisher?.choices) return { choices: [] };
    const { scrub } = { scrub: (text: string) => scrubber.of(guildId).scrub(text) };
    const late = () => new DeadlinePassed('it gave no answer in time');
    try {
      const found = await withDeadline(
        clock,
        choicesTimeoutMs,
        signal,
        async (inTime) => {
          const context = await host.readOnly(target, publisher, inTime);
          return orAborted(inTime, publisher.choices?.(context) ?? Promise.resolve([]));
        },
        { late },
      );
      const choices = found.slice(0, choicesMax).map(({ text, help }) => ({
        text: scrub(text),
        ...(help !== undefined && { help: scrub(help) }),
      }));
      return { choices };
    } catch (cause) {
      signal.throwIfAborted();
      const reason = cause instanceof DeadlinePassed ? cause.message : publisher.classify(cause).reason;
      throw publishErrors.PUBLISH_CHOICES_UNSEEN(
        { publisher: publisher.describe.title, reason: scrub(reason) },
        { cause },
      );
    }
  }

  /** Its lamp is right at once where the platform answers soon. */
  async #asked(target: Target, notes: readonly string[], signal: AbortSignal): Promise<PlaceView> {
    const { service, readiness } = this.#components;
    await service.askStale([target], signal, askingMaxMs);
    if (await readiness.isStale(target)) readiness.doubt(target.id);
    return this.#view(target, notes);
  }

  async #view(target: Target, notes: readonly string[]): Promise<PlaceView> {
    const publisher = this.#publisher(target);
    const kind = kindOf(publisher, target.options);
    const open = openNoun(publisher, target.options);
    return {
      ...(await this.#components.service.view(target)),
      kind: {
        ...kindView(publisher, kind, target.options),
        ...(kind.testLink !== undefined && { testLink: kind.testLink }),
      },
      where: whereOf(publisher, kind, target.options),
      ...(open !== undefined && { open }),
      notes: [...notes],
    };
  }

  async #name(guildId: string, wanted: string): Promise<{ name: string; note?: string }> {
    const base = (slugOf(wanted) ?? 'place').slice(0, nameMax).replace(/-+$/, '');
    const taken = new Set((await this.#components.targets.list(guildId)).map(({ name }) => name));
    let name = base;
    for (let count = 2; taken.has(name); count++) name = `${base.slice(0, nameMax - 4)}-${count}`;
    return name === wanted ? { name } : { name, note: `It is called ${name} here.` };
  }

  #kind(id: string): { publisher: PublisherDeclaration; kind: PlaceKind } {
    for (const publisher of this.#components.publishers.all)
      for (const kind of kindsOf(publisher)) if (kindIdOf(publisher, kind) === id) return { publisher, kind };
    throw publishErrors.PUBLISH_NO_KIND();
  }

  #publisher({ publisher: id }: Target): PublisherDeclaration {
    const found = this.#components.publishers.declared(id);
    if (!found) throw publishErrors.PUBLISH_NO_PUBLISHER({ publisher: id });
    return found;
  }
}

function kindView(
  publisher: PublisherDeclaration,
  kind: PlaceKind,
  options: Readonly<Record<string, unknown>>,
): PlaceView['kind'] {
  const fields = fieldsOf(publisher, kind, options);
  const asked = fields.filter(
    ({ name, required }) => required && !(name === fromTextName && publisher.hasChoices),
  );
  const [only] = asked;
  const way = !only ? 'now' : asked.length === 1 && only.style === 'channel' ? 'channel' : 'window';
  return { id: kindIdOf(publisher, kind), title: kind.title, help: kind.help, fields, way };
}

function whereOf(publisher: PublisherDeclaration, kind: PlaceKind, options: Record<string, unknown>): string {
  const fields = fieldsOf(publisher, kind, options).filter(({ required }) => required);
  return fields
    .flatMap(({ value, style }) => {
      if (Array.isArray(value)) return value.map((id) => (style === 'channel' ? `<#${id}>` : `<@&${id}>`));
      return typeof value === 'string' ? [value] : [];
    })
    .join(' · ');
}

function given(options: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null));
}
