import { createHmac, timingSafeEqual } from 'node:crypto';
import { isServed, type LiveStandings } from '#contracts/guild-standing.ts';
import type { HookCall, NewsHooks } from '#contracts/news.ts';
import type { Clock } from '#core/clock.ts';
import type { Chain } from '../chains/chain.ts';
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
  const { hooks, standings, clock } = components;

  return {
    async receive(call) {
      const chain = await authentic(components, call);
      const id = call.deliveryId.slice(0, deliveryIdCharsMax);
      if (id === '') throw newsErrors.NEWS_HOOK_UNREADABLE({ problem: 'it has no delivery id' });
      const body = bodyOf(call);
      if (!isServed(standings, chain.guildId)) throw newsErrors.NEWS_HOOK_HELD();
      const told = await newsIn(components, chain, { event: call.event, body });
      if (!(await hooks.take(chain.id, id, clock.nowMs()))) throw newsErrors.NEWS_HOOK_REPLAYED();
      if (!told) return { state: 'ignored' };
      const isStarted = await components.watcher.told(chain, told.item).catch(async (error: unknown) => {
        await hooks.giveBack(chain.id, id);
        throw error;
      });
      return { state: isStarted ? 'started' : 'ignored' };
    },
  };
}

type ReleaseChain = Chain & { trigger: Extract<Chain['trigger'], { kind: 'release' }> };

/** The chain that is called. Throws NEWS_HOOK_UNKNOWN, NEWS_HOOK_SIGNATURE. */
async function authentic({ chains, hooks }: ReceiveHookComponents, call: HookCall): Promise<ReleaseChain> {
  const chain = await chains.byId(call.chainId);
  const secret = chain && !chain.removed ? await hooks.secretOf(chain.id) : undefined;
  if (!chain || secret === undefined) throw newsErrors.NEWS_HOOK_UNKNOWN();
  const { trigger } = chain;
  if (trigger.kind !== 'release') throw newsErrors.NEWS_HOOK_UNKNOWN();
  if (!isSignedBy(secret, call)) throw newsErrors.NEWS_HOOK_SIGNATURE();
  return { ...chain, trigger };
}

/** Undefined: nothing that starts a chain. Throws NEWS_HOOK_UNREADABLE. */
async function newsIn(
  { publishers }: ReceiveHookComponents,
  { trigger }: ReleaseChain,
  { event, body }: { event: string; body: unknown },
) {
  const told = (await publishers.ofReleases())?.releaseNews?.hooked(event, body);
  if (told && told.repository.toLowerCase() !== trigger.repository.toLowerCase())
    throw newsErrors.NEWS_HOOK_UNREADABLE({ problem: 'it tells of another repository' });
  return told;
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
