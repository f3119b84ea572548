import type { Kysely } from 'kysely';
import { isServed, type LiveStandings } from '#contracts/guild-standing.ts';
import type { NewsItem } from '#contracts/news.ts';
import type { Clock } from '#core/clock.ts';
import { type GuildmeshError, isGuildmeshError } from '#core/errors.ts';
import type { Startable } from '#core/lifecycle.ts';
import type { Logger } from '#core/logger.ts';
import { Rounds } from '#core/rounds.ts';
import { cleanLine } from '#core/text/clean-line.ts';
import { fitted } from '#core/text/label-pattern.ts';
import type { Chain } from '../chains/chain.ts';
import type { ChainStore } from '../chains/chain-store.ts';
import {
  isNewsTrigger,
  isThere,
  type NewsReader,
  type NewsTrigger,
  newsPlace,
  othersEveryMs,
  shown,
} from '../news/news-reader.ts';
import { newsKey, sift } from '../news/sift.ts';
import type { Watch, WatchStore } from '../news/watch-store.ts';
import type { Publishers } from '../publishers.ts';
import type { Schema } from '../tables/schema.ts';
import { isOurs, isUnderWay } from './own-news.ts';

const lookEveryMs = 15_000;
/** Simultaneous reads. */
const readsAtOnceMax = 8;
/** Longer than a read may take: a process that dies with the turn loses it then. */
const turnMs = 120_000;
const laterMax = 24 * 3_600_000;
const failingEveryMax = 6 * 3_600_000;
/** A server that is unreachable for a moment isn't reported. */
const failuresBeforeTold = 3;
const hourMs = 3_600_000;

export interface NewsWatcherComponents {
  db: Kysely<Schema>;
  watches: WatchStore;
  chains: ChainStore;
  reader: NewsReader;
  publishers: Pick<Publishers, 'releases'>;
  standings: LiveStandings;
  /** Starts a run of the chain, or finds that the same item has started one. */
  begin(chain: Chain, key: string, item: NewsItem): Promise<unknown>;
  /** Notifies people once for each id. */
  tell(notice: { id: string; chain: Chain; text: string }): Promise<void>;
  clock: Clock;
  logger: Logger;
}

export interface NewsWatcherInit {
  /** For one chain; further items are reported, and start nothing. */
  triggeredPerHourMax: number;
}

/** Reads news of others, and starts the chains that wait for them. */
export class NewsWatcher implements Startable {
  readonly name = 'news';
  readonly #components: NewsWatcherComponents;
  readonly #init: NewsWatcherInit;
  readonly #looks: Rounds;

  constructor(components: NewsWatcherComponents, init: NewsWatcherInit) {
    this.#components = components;
    this.#init = init;
    this.#looks = new Rounds(components, {
      everyMs: lookEveryMs,
      run: () => this.#readDue(),
      failed: (err) => components.logger.error({ err }, 'news could not be read'),
    });
  }

  /** The publisher whose deliveries may be what a repository reports. */
  get #releases(): string {
    return this.#components.publishers.releases?.id ?? '';
  }

  start(): void {
    this.#looks.begin();
  }

  stop(): Promise<void> {
    return this.#looks.stop();
  }

  /** A platform reported it itself. False: it was there before, is ours, or doesn't fit; or a read will decide. */
  async told(chain: Chain, item: NewsItem): Promise<boolean> {
    const { watches, db, clock, chains } = this.#components;
    if (chain.trigger.kind !== 'release' || !isThere(chain.trigger, item)) return false;
    const key = newsKey(item.id);
    const watch = await watches.of(chain.id);
    if (!watch || watch.seen.includes(key)) return false;
    // A later read finds it still new, and can tell by then whose it is.
    if (await isUnderWay(db, { publisher: this.#releases, nowMs: clock.nowMs() })) return false;
    await this.#startAll(chain, chain.trigger, [{ key, item }]);
    return chains.knowsCause(chain.id, newsCause(key));
  }

  /** In guilds that aren't home nothing is read: what came meanwhile is found when they are home again. */
  async #readDue(): Promise<void> {
    const { watches, standings, clock, logger } = this.#components;
    const due = (await watches.due(clock.nowMs())).filter(({ guildId }) => isServed(standings, guildId));
    const turns = due.values();
    const work = async () => {
      for (const { chainId } of turns) {
        if (this.#looks.signal.aborted) return;
        await this.#turn(chainId).catch((err: unknown) =>
          logger.error({ err, chainId }, 'the news of a chain could not be read'),
        );
      }
    };
    await Promise.all(Array.from({ length: readsAtOnceMax }, work));
  }

  async #turn(chainId: string): Promise<void> {
    const { watches, chains, clock } = this.#components;
    const nowMs = clock.nowMs();
    const watch = await watches.claim(chainId, nowMs, nowMs + turnMs);
    const chain = watch && (await chains.byId(chainId));
    if (!watch || !chain) return;
    if (chain.removed || !isNewsTrigger(chain.trigger)) return watches.remove(chainId);
    const next = await this.#read(chain, chain.trigger, watch).catch((error: unknown) =>
      this.#failed(chain, watch, error),
    );
    await watches.save(watch, next);
  }

  async #read(chain: Chain, trigger: NewsTrigger, watch: Watch): Promise<Watch> {
    const { reader, clock, db } = this.#components;
    const { place, validators } = watch;
    const read = await reader.read(chain.guildId, trigger, place, validators, this.#looks.signal);
    const { answer, everyMs } = read;
    const nowMs = clock.nowMs();
    const well = { ...watch, checkedAtMs: nowMs, nextAtMs: nowMs + everyMs, failure: undefined };
    if (answer.state === 'later')
      return { ...well, nextAtMs: Math.min(nowMs + laterMax, Math.max(well.nextAtMs, answer.atMs)) };
    if (answer.state !== 'read') return well;
    const { fresh, seen } = sift(answer.items, watch.seen);
    const mayBeOurs = trigger.kind === 'release' ? { publisher: this.#releases } : { guildId: chain.guildId };
    // Without the new validators, so that the same answer comes again.
    if (fresh.length > 0 && (await isUnderWay(db, { ...mayBeOurs, nowMs })))
      return { ...well, nextAtMs: nowMs + Math.min(everyMs, 60_000) };
    await this.#startAll(chain, trigger, fresh);
    const { movedTo } = answer;
    if (movedTo !== undefined) await this.#tellMove(chain, trigger, movedTo);
    return { ...well, seen, validators: answer.validators, place: movedTo ?? place };
  }

  async #startAll(
    chain: Chain,
    trigger: NewsTrigger,
    fresh: readonly { key: string; item: NewsItem }[],
  ): Promise<void> {
    const { chains, clock, begin, tell } = this.#components;
    const fitting = fresh.filter(({ item }) => fitsTrigger(trigger, item));
    if (fitting.length === 0) return;
    const known = new Set(await chains.causesOf(chain.id, newsCause('')));
    const max = this.#init.triggeredPerHourMax;
    const begun = await chains.begunSince(chain.id, newsCause(''), clock.nowMs() - hourMs);
    const starts: typeof fitting = [];
    const left: typeof fitting = [];
    for (const found of fitting) {
      // A webhook was faster.
      if (known.has(newsCause(found.key))) continue;
      // Only items that would start a chain are checked for being ours: the rest may be thousands.
      if (begun + starts.length >= max) left.push(found);
      else if (!(await this.#isOurs(found.item))) starts.push(found);
    }
    // In the order in which they appeared.
    for (const { key, item } of starts.reverse()) await begin(chain, newsCause(key), item);
    const [newest] = left;
    if (!newest) return;
    const what = left.length === 1 ? 'One item' : `${left.length} items`;
    const text = `${what} of ${shown(trigger, newsPlace(trigger))} started nothing: the chain “${chain.name}” is started ${max} times an hour at most (chains.triggeredPerHourMax). The newest of them: “${cleanLine(newest.item.title, 80)}”${newest.item.url ? ` ${newest.item.url}` : ''}. Start it by hand with /chain run if it should go out.`;
    await tell({ id: `${chain.id}:left:${newest.key}`, chain, text });
  }

  async #isOurs({ url }: NewsItem): Promise<boolean> {
    return url !== undefined && isOurs(this.#components.db, url);
  }

  #tellMove(chain: Chain, trigger: NewsTrigger, movedTo: string): Promise<void> {
    const text = `The feed of the chain “${chain.name}” has moved for good: it is read at ${shown(trigger, movedTo)} from now on. There is nothing to do, if you know that address.`;
    return this.#components.tell({ id: `${chain.id}:moved:${movedTo}`, chain, text });
  }

  async #failed(chain: Chain, watch: Watch, error: unknown): Promise<Watch> {
    const { clock, logger, tell } = this.#components;
    const nowMs = clock.nowMs();
    // The hub is stopping: the next start reads it.
    if (this.#looks.signal.aborted) return { ...watch, nextAtMs: nowMs };
    if (!isGuildmeshError(error)) logger.error({ err: error, chainId: chain.id }, 'news could not be read');
    const { code, text } = isGuildmeshError(error) ? sentenceOf(error) : unexpected;
    const count = (watch.failure?.count ?? 0) + 1;
    const failure = { sinceMs: watch.failure?.sinceMs ?? nowMs, code, text, count };
    const isFinal = code === 'NEWS_GONE';
    if (isFinal || count >= failuresBeforeTold)
      await tell({
        id: `${chain.id}:failed:${failure.sinceMs}:${code}`,
        chain,
        text: `The chain “${chain.name}” can’t see what it starts on. ${text}`,
      });
    const delayMs = Math.min(failingEveryMax, othersEveryMs * 2 ** Math.min(count - 1, 10));
    return { ...watch, checkedAtMs: nowMs, failure, nextAtMs: isFinal ? undefined : nowMs + delayMs };
  }
}

const unexpected = { code: 'NEWS_REFUSED', text: 'It could not be read; the hub’s log says why.' };

function sentenceOf({ code, message, next }: GuildmeshError): { code: string; text: string } {
  return { code, text: `${message} ${next}` };
}

export function newsCause(key: string): string {
  return `news:${key}`;
}

export function fitsTrigger(trigger: NewsTrigger, item: NewsItem): boolean {
  if (trigger.kind === 'release') return fitted(trigger.tag, item.tag ?? item.title) !== undefined;
  return fitted(trigger.title, item.title) !== undefined;
}
