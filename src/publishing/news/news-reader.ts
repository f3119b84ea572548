import type { z } from 'zod';
import type { chainAdd } from '#contracts/actions/chains.ts';
import type { NewsAnswer, NewsItem, Validators } from '#contracts/news.ts';
import type { HostHttp, Publisher } from '#contracts/publisher.ts';
import type { Clock } from '#core/clock.ts';
import { withDeadline } from '#core/deadline.ts';
import { errorText, isGuildmeshError } from '#core/errors.ts';
import { asClause } from '#core/text/sentences.ts';
import type { PublisherHost } from '../host/publisher-host.ts';
import type { Publishers } from '../publishers.ts';
import { neededCredentials } from '../targets/needed-credentials.ts';
import { parsedOptions } from '../targets/options-check.ts';
import type { Target, TargetStore } from '../targets/target-store.ts';
import { newsErrors } from './errors.ts';
import { placeOf, readFeed } from './read-feed.ts';

/** For a whole read, redirects included. */
const readTimeoutMs = 30_000;
/** An authenticated account may ask often: an unchanged answer costs it nothing. */
const ownEveryMs = 60_000;
/** Anonymous requests share a quota (GitHub: 60 requests an hour and address), and feeds need no more. */
export const othersEveryMs = 10 * 60_000;

export type ChainTrigger = z.output<typeof chainAdd.input>['trigger'];
export type NewsTrigger = Extract<ChainTrigger, { kind: 'release' | 'feed' }>;

export function isNewsTrigger(trigger: ChainTrigger): trigger is NewsTrigger {
  return trigger.kind === 'release' || trigger.kind === 'feed';
}

/** What the trigger names: a repository, or an address. */
export function newsPlace(trigger: NewsTrigger): string {
  return trigger.kind === 'release' ? trigger.repository : trigger.url;
}

/**
 * Whether this trigger sees such an item. A skipped pre-release counts as absent, not as seen: once it has become a
 * release it is new.
 */
export function isThere(trigger: NewsTrigger, { isPrerelease }: NewsItem): boolean {
  return !(trigger.kind === 'release' && trigger.prereleases === 'skip' && isPrerelease === true);
}

export type ReadNews = { answer: NewsAnswer; everyMs: number };

export interface NewsReaderComponents {
  publishers: Pick<Publishers, 'ofReleases'>;
  targets: Pick<TargetStore, 'list'>;
  host: Pick<PublisherHost, 'readOnly' | 'anonymous'>;
  /** For addresses that people name: to public hosts only. */
  http(signal: AbortSignal): HostHttp;
  clock: Clock;
}

/** One read of what others have published; stores nothing. */
export class NewsReader {
  readonly #components: NewsReaderComponents;

  constructor(components: NewsReaderComponents) {
    this.#components = components;
  }

  /** Throws what `newsErrors` lists, HTTP_PRIVATE_ADDRESS, PUBLISH_VAULT_SEALED. */
  async read(
    guildId: string,
    trigger: NewsTrigger,
    place: string,
    validators: Validators,
    signal: AbortSignal,
  ): Promise<ReadNews> {
    const { clock, http } = this.#components;
    try {
      return await withDeadline(clock, readTimeoutMs, signal, async (within) => {
        if (trigger.kind === 'release') {
          const read = await this.#releases(guildId, place, validators, within);
          return { ...read, answer: withoutAbsent(trigger, read.answer) };
        }
        const answer = await readFeed(http(within), place, validators, clock.nowMs());
        if (answer.state === 'absent') throw newsErrors.NEWS_ABSENT({ place: placeOf(place) });
        return { answer, everyMs: othersEveryMs };
      });
    } catch (error) {
      if (signal.aborted) throw error;
      const lost = ['HTTP_NOT_REACHED', 'HTTP_ANSWER_LOST'].some((code) => isGuildmeshError(error, code));
      if (lost) throw newsErrors.NEWS_REFUSED({ place: shown(trigger, place), reason: lostReason(error) });
      if (isGuildmeshError(error)) throw error;
      const publisher =
        trigger.kind === 'release' ? await this.#components.publishers.ofReleases() : undefined;
      const reason = publisher?.classify(error).reason ?? 'what it answered can’t be unpacked';
      throw newsErrors.NEWS_REFUSED({ place: shown(trigger, place), reason: asClause(reason) });
    }
  }

  async #releases(
    guildId: string,
    repository: string,
    validators: Validators,
    signal: AbortSignal,
  ): Promise<ReadNews> {
    const { host, publishers } = this.#components;
    const publisher = await publishers.ofReleases();
    if (!publisher?.releaseNews)
      throw newsErrors.NEWS_REFUSED({ place: repository, reason: 'this hub has no publisher for releases' });
    const own = await this.#target(publisher, guildId, repository, signal);
    const context = own?.context ?? host.anonymous(publisher.id, guildId, signal);
    const answer = await publisher.releaseNews.read(context, repository, validators, own?.options);
    if (answer.state !== 'absent') return { answer, everyMs: own ? ownEveryMs : othersEveryMs };
    throw own
      ? newsErrors.NEWS_ABSENT({ place: repository })
      : newsErrors.NEWS_PRIVATE({ place: repository });
  }

  /** The first target of this guild that may ask for the repository, with its credentials. */
  async #target(publisher: Publisher, guildId: string, repository: string, signal: AbortSignal) {
    const { targets, host } = this.#components;
    for (const target of await targets.list(guildId)) {
      if (target.publisher !== publisher.id) continue;
      const options = optionsOf(publisher, target);
      if (options === undefined || !publisher.releaseNews?.concerns(options, repository)) continue;
      const context = await host.readOnly(target, publisher, signal);
      const needed = neededCredentials(publisher, target).filter(({ required }) => required);
      if (needed.every(({ name }) => context.credential(name) !== undefined)) return { context, options };
    }
    return undefined;
  }
}

function withoutAbsent(trigger: NewsTrigger, answer: NewsAnswer): NewsAnswer {
  if (answer.state !== 'read') return answer;
  return { ...answer, items: answer.items.filter((item) => isThere(trigger, item)) };
}

/** Their advice about sending doesn't apply to a read. */
function lostReason(error: unknown): string {
  return asClause(errorText(error));
}

function optionsOf(publisher: Publisher, target: Target): unknown {
  try {
    return parsedOptions(publisher, target.options);
  } catch (error) {
    if (isGuildmeshError(error)) return undefined;
    throw error;
  }
}

/** For sentences. */
export function shown(trigger: NewsTrigger, place: string): string {
  return trigger.kind === 'release' ? place : placeOf(place);
}
