import { createHmac, timingSafeEqual } from 'node:crypto';
import { isServed, type LiveStandings } from '#contracts/guild-standing.ts';
import type { HookCall, NewsHooks } from '#contracts/news.ts';
import type { Clock } from '#core/clock.ts';
import type { ChainStore } from '../chains/chain-store.ts';
import { newsErrors } from '../news/errors.ts';
import type { HookStore } from '../news/hook-store.ts';
import type { Publishers } from '../publishers.ts';
import type { NewsWatcher } from './news-watcher.ts';

const deliveryIdCharsMax = 100;

export interface ReceiveHookComponents {
  hooks: HookStore;
  chains: Pick<ChainStore, 'byId'>;
  publishers: Pick<Publishers, 'ofReleases'>;
  standings: LiveStandings;
  watcher: Pick<NewsWatcher, 'told'>;
  clock: Pick<Clock, 'nowMs'>;
}

/**
 * News that a platform reports itself. The delivery id isn't signed, so it doesn't decide that a release starts a chain
 * only once.
 */
export function createNewsHooks(components: ReceiveHookComponents): NewsHooks {
  const { hooks, chains, standings, clock } = components;

  return {
    async receive(call) {
      const chain = await chains.byId(call.chainId);
      const secret = chain && !chain.removed ? await hooks.secretOf(chain.id) : undefined;
      if (!chain || secret === undefined || chain.trigger.kind !== 'release')
        throw newsErrors.NEWS_HOOK_UNKNOWN();
      if (!isSignedBy(secret, call)) throw newsErrors.NEWS_HOOK_SIGNATURE();
      const id = call.deliveryId.slice(0, deliveryIdCharsMax);
      if (id === '') throw newsErrors.NEWS_HOOK_UNREADABLE({ problem: 'it has no delivery id' });
      const body = bodyOf(call);
      if (!isServed(standings, chain.guildId)) throw newsErrors.NEWS_HOOK_HELD();
      const news = (await components.publishers.ofReleases())?.releaseNews;
      const told = news?.hooked(call.event, body);
      if (told && told.repository.toLowerCase() !== chain.trigger.repository.toLowerCase())
        throw newsErrors.NEWS_HOOK_UNREADABLE({ problem: 'it tells of another repository' });
      if (!(await hooks.take(chain.id, id, clock.nowMs()))) throw newsErrors.NEWS_HOOK_REPLAYED();
      if (!told) return { state: 'ignored' };
      try {
        return { state: (await components.watcher.told(chain, told.item)) ? 'started' : 'ignored' };
      } catch (error) {
        await hooks.giveBack(chain.id, id);
        throw error;
      }
    },
  };
}

/** In a time that doesn't reveal how much of it is right. */
function isSignedBy(secret: string, { signature, body }: HookCall): boolean {
  const wanted = createHmac('sha256', secret).update(body).digest();
  const given = /^sha256=([0-9a-f]{64})$/i.exec(signature)?.[1];
  return given !== undefined && timingSafeEqual(Buffer.from(given, 'hex'), wanted);
}

/** JSON, or a form that holds it: what GitHub offers. Throws NEWS_HOOK_UNREADABLE. */
function bodyOf({ body, contentType }: HookCall): unknown {
  const text = Buffer.from(body).toString();
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(contentType);
  try {
    return JSON.parse(isForm ? (new URLSearchParams(text).get('payload') ?? '') : text);
  } catch {
    throw newsErrors.NEWS_HOOK_UNREADABLE({ problem: 'its body is no JSON' });
  }
}
