import type { PreviewTarget } from '#contracts/actions/publish.ts';
import { type ArtifactInfo, promiseOf } from '#contracts/artifacts.ts';
import type {
  Json,
  Looked,
  MediaReference,
  PublicationContent,
  Publisher,
  Rendered,
  Step,
} from '#contracts/publisher.ts';
import { isGuildmeshError } from '#core/errors.ts';
import type { Scrubber } from '#core/scrubber.ts';
import type { DiscordNames } from '#core/text/discord-markup.ts';
import type { SecretScan } from '../artifacts/secret-scan.ts';
import { publishErrors } from '../errors.ts';
import { deliveryKeyOf, stepsHashOf } from '../outbox/keys.ts';
import type { Publishers } from '../publishers.ts';
import { parsedOptions } from '../targets/options-check.ts';
import type { Target } from '../targets/target-store.ts';
import { mentionWarnings, scannedPlaces, secretPlaces } from './outgoing-scan.ts';
import type { Content } from './publication-store.ts';
import { receiptNames, withReceipts } from './receipt-places.ts';
import { type PromisedRecording, promiseNote } from './recorded-people.ts';

/** What a publication is rendered from, at any time. */
export interface Manuscript {
  publicationId: string;
  revision: number;
  createdAtMs: number;
  content: Content;
  media: ScannedMedia;
  /** Addresses of earlier receipts, by target name. */
  receipts: Readonly<Record<string, string>>;
}

/** What one target would get. */
export interface Draft {
  target: Target;
  publisher: Publisher | undefined;
  key: string;
  rendered: Rendered;
  stepsHash: string;
  /** The target's, or a stronger one that the content asks for. */
  policy: Target['policy'];
  /** Where it would give a secret away; then nothing of it may be stored or sent. */
  secrets: readonly string[];
  /** What people should know of the bytes it sends. */
  notes: readonly string[];
  /** It gets other words than the rest. */
  hasOwnWords: boolean;
}

export interface ScannedMedia {
  references: readonly MediaReference[];
  scans: ReadonlyMap<string, SecretScan>;
  /** Recordings among them that were made for fewer people. */
  promises: readonly PromisedRecording[];
}

export interface RendererComponents {
  publishers: Pick<Publishers, 'loaded'>;
  /** What this guild knows of a content id. */
  artifact(guildId: string, cid: string): Promise<ArtifactInfo | undefined>;
  /** Findings in texts, by content id, as this guild would send them. */
  scan(guildId: string, media: readonly MediaReference[]): Promise<ReadonlyMap<string, SecretScan>>;
  /**
   * What moving references of the target stand for now; undefined where nothing moves. Throws where it can't be
   * determined.
   */
  look(target: Target, given: LookRequest, signal: AbortSignal): Promise<Looked | undefined>;
  scrubber: Pick<Scrubber, 'of'>;
  /** What Discord's markup stands for in a guild. Absent: neutral words. */
  names?: (guildId: string) => DiscordNames;
}

export interface LookRequest {
  content: PublicationContent;
  key: string;
  createdAtMs: number;
}

/** Turns a publication into the steps of each target. The same manuscript gives the same steps. */
export class Renderer {
  readonly #components: RendererComponents;

  constructor(components: RendererComponents) {
    this.#components = components;
  }

  /** Throws PUBLISH_NO_ARTIFACT, also for another guild's. */
  async media(guildId: string, content: Content): Promise<ScannedMedia> {
    const media: MediaReference[] = [];
    const promises: PromisedRecording[] = [];
    for (const { cid, altText } of content.media) {
      const artifact = await this.#components.artifact(guildId, cid);
      if (!artifact) throw publishErrors.PUBLISH_NO_ARTIFACT({ cid });
      const { mediaType, sizeBytes, label, source } = artifact;
      const promise = promiseOf(source);
      if (promise) promises.push({ ...promise, label });
      media.push({ cid, mediaType, sizeBytes, name: label, ...(altText === undefined ? {} : { altText }) });
    }
    return { references: media, scans: await this.#components.scan(guildId, media), promises };
  }

  /**
   * Bound to what branches and tags stand for now. Where that can't be determined, the draft says so and is bound
   * before it leaves; `strict` throws instead.
   */
  async bound(
    manuscript: Manuscript,
    target: Target,
    signal: AbortSignal,
    { strict = false } = {},
  ): Promise<Draft> {
    const key = deliveryKeyOf(manuscript.publicationId, target.id, manuscript.revision);
    const { createdAtMs } = manuscript;
    const content = contentFor(manuscript, target, this.#components.names?.(target.guildId));
    try {
      const looked = await this.#components.look(target, { content, key, createdAtMs }, signal);
      return await this.draft(manuscript, target, looked);
    } catch (error) {
      signal.throwIfAborted();
      if (strict) throw error;
      const draft = await this.draft(manuscript, target);
      const reason = draft.publisher?.classify(error).reason ?? 'it gave no answer';
      const warning = `What it will stand on could not be looked up (${reason}). It is looked up before it leaves; where approval is asked for, it is asked for again then.`;
      return { ...draft, rendered: { ...draft.rendered, warnings: [...draft.rendered.warnings, warning] } };
    }
  }

  /** Throws PUBLISH_NOT_LOADED. */
  async draft(
    manuscript: Manuscript,
    target: Target,
    looked?: { found: Json; problems?: readonly string[] },
  ): Promise<Draft> {
    const publisher = await this.#components.publishers.loaded(target.publisher);
    const key = deliveryKeyOf(manuscript.publicationId, target.id, manuscript.revision);
    const rendered = publisher
      ? this.#rendered(publisher, target, manuscript, { key, looked })
      : unrendered([publishErrors.PUBLISH_NO_PUBLISHER({ publisher: target.publisher }).message]);
    const inBytes = scannedPlaces(rendered, manuscript.media.scans);
    const secrets = [
      ...secretPlaces(rendered, this.#components.scrubber.of(target.guildId)),
      ...inBytes.secrets,
    ];
    const stepsHash = stepsHashOf(rendered.steps);
    const { promises } = manuscript.media;
    const notes = [...promises.map(promiseNote), ...inBytes.notes];
    const policy = target.policy === 'none' && promises.length > 0 ? 'one-manager' : target.policy;
    const hasOwnWords = manuscript.content.overrides?.[target.name] !== undefined;
    return { target, publisher, key, rendered, stepsHash, policy, secrets, notes, hasOwnWords };
  }

  /** What was found when these steps were made, to make the same again. */
  async lookedAt(target: Target, steps: readonly Step[]): Promise<{ found: Json } | undefined> {
    const publisher = await this.#components.publishers.loaded(target.publisher);
    const found = publisher?.references?.foundIn(steps);
    return found === undefined ? undefined : { found };
  }

  preview(draft: Draft, stepsHash: string): PreviewTarget {
    const { target, publisher, rendered, secrets, notes } = draft;
    const scrubber = this.#components.scrubber.of(target.guildId);
    const clean = (text: string) => scrubber.scrubTelling(text);
    return {
      target: target.name,
      publisher: target.publisher,
      title: publisher?.describe.title ?? target.publisher,
      parts: rendered.preview.map(({ label, text }) => ({ label: clean(label), text: clean(text) })),
      steps: rendered.steps.map(({ summary }) => clean(summary)),
      warnings: [...rendered.warnings, ...notes, ...mentionWarnings(rendered)].map(clean),
      problems: problemsOf({ rendered, secrets }).map(clean),
      costMicros: rendered.costMicros,
      policy: draft.policy,
      ...(draft.hasOwnWords && { ownWords: true as const }),
      stepsHash,
    };
  }

  #rendered(
    publisher: Publisher,
    target: Target,
    manuscript: Manuscript,
    { key, looked }: { key: string; looked: { found: Json; problems?: readonly string[] } | undefined },
  ): Rendered {
    const content = contentFor(manuscript, target, this.#components.names?.(target.guildId));
    const lacking = [content.title, content.body, content.template ?? ''].flatMap(receiptNames);
    try {
      const options = parsedOptions(publisher, target.options);
      const rendered = publisher.render(content, options, {
        key,
        createdAtMs: manuscript.createdAtMs,
        ...(looked && { found: looked.found }),
      });
      const problems = [
        ...(looked?.problems ?? []),
        ...lacking.map((name) => `There is no receipt of “${name}” to put in its place.`),
      ];
      if (rendered.steps.length === 0 && rendered.problems.length === 0)
        problems.push('There is nothing in it that could be sent.');
      return { ...rendered, problems: [...rendered.problems, ...problems] };
    } catch (error) {
      if (isGuildmeshError(error)) return unrendered([`${error.message} ${error.next}`]);
      throw error;
    }
  }
}

/** A draft with a secret isn't even stored. */
export function refuseSecrets(drafts: readonly Draft[]): void {
  const places = drafts.flatMap(({ target, secrets }) => secrets.map((place) => `${target.name}: ${place}`));
  if (places.length > 0) throw publishErrors.PUBLISH_SECRET({ places: [...new Set(places)] });
}

export function problemsOf({ rendered, secrets }: Pick<Draft, 'rendered' | 'secrets'>): string[] {
  const given = secrets.map((place) => `It would give a secret away: ${place}.`);
  return [...rendered.problems, ...given];
}

function contentFor(
  manuscript: Manuscript,
  target: Target,
  names: DiscordNames | undefined,
): PublicationContent {
  const { content, media, receipts } = manuscript;
  const own = content.overrides?.[target.name];
  return {
    title: withReceipts(own?.title ?? content.title, receipts),
    body: withReceipts(own?.body ?? content.body, receipts),
    tags: content.tags,
    media: media.references,
    ...(names === undefined ? {} : { names }),
    ...(content.link === undefined ? {} : { link: content.link }),
    ...(target.template === undefined ? {} : { template: withReceipts(target.template, receipts) }),
  };
}

function unrendered(problems: readonly string[]): Rendered {
  return { steps: [], warnings: [], problems, costMicros: 0, preview: [] };
}
