/** Discord's rate limits: a bucket per route and major parameter, and one for all requests of a bot. */
import { createHash } from 'node:crypto';
import { snowflakeTimeMs } from '../world/snowflakes.ts';
import type { Route } from './route.ts';

export const globalPerSecondMax = 50;

interface Limit {
  requests: number;
  perMs: number;
}

const defaultLimit: Limit = { requests: 50, perMs: 1_000 };

/** Discord publishes no figures; these are the ones that its headers show in practice. */
const limits: Record<string, Limit> = {
  'POST /channels/{channel_id}/messages': { requests: 5, perMs: 5_000 },
  'PATCH /channels/{channel_id}/messages/{message_id}': { requests: 5, perMs: 5_000 },
  'DELETE /channels/{channel_id}/messages/{message_id}': { requests: 5, perMs: 1_000 },
  'POST /channels/{channel_id}/messages/{message_id}/crosspost': { requests: 10, perMs: 3_600_000 },
  'PUT /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me': { requests: 1, perMs: 250 },
  'POST /webhooks/{webhook_id}/{webhook_token}': { requests: 5, perMs: 2_000 },
  'PATCH /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}': { requests: 5, perMs: 2_000 },
};

/** Edits of messages over an hour old, in one channel (discord-userdoccers #551). Its headers don't show this limit. */
const oldEditLimit: Limit = { requests: 3, perMs: 6_000 };
const oldAfterMs = 3_600_000;
const editRoute = 'PATCH /channels/{channel_id}/messages/{message_id}';

export interface Verdict {
  headers: Record<string, string>;
  /** Set when the request must wait; seconds. */
  retryAfterS?: number;
  scope?: 'user' | 'global';
  /** Where the limit is one with a code of its own. */
  refusal?: { code: number; message: string };
}

interface Window {
  used: number;
  resetAtMs: number;
}

export interface Limiter {
  /** `botId` undefined: a route without authorization, outside the global limit. */
  take(route: Route, params: Record<string, string>, botId: string | undefined): Verdict;
}

export const unlimited: Limiter = { take: () => ({ headers: {} }) };

export class RateLimits implements Limiter {
  readonly #windows = new Map<string, Window>();

  take(route: Route, params: Record<string, string>, botId: string | undefined): Verdict {
    const nowMs = Date.now();
    if (botId !== undefined) {
      const all = this.#window(`global/${botId}`, 1_000, nowMs);
      if (all.used >= globalPerSecondMax) return globalVerdict((all.resetAtMs - nowMs) / 1_000);
      all.used += 1;
    }
    const verdict = this.#bucket(route, params, botId, nowMs);
    return verdict.retryAfterS === undefined
      ? { ...verdict, ...this.#oldEdit(route, params, nowMs) }
      : verdict;
  }

  #oldEdit(route: Route, params: Record<string, string>, nowMs: number): Partial<Verdict> {
    const { channel_id: channelId, message_id: messageId } = params;
    if (`${route.method} ${route.path}` !== editRoute || messageId === undefined) return {};
    if (nowMs - snowflakeTimeMs(messageId) <= oldAfterMs) return {};
    const window = this.#window(`old edits/${channelId}`, oldEditLimit.perMs, nowMs);
    if (window.used < oldEditLimit.requests) {
      window.used += 1;
      return {};
    }
    const message = 'Maximum number of edits to messages older than 1 hour reached. Try again later';
    return {
      retryAfterS: (window.resetAtMs - nowMs) / 1_000,
      scope: 'user',
      refusal: { code: 30046, message },
    };
  }

  #bucket(route: Route, params: Record<string, string>, botId: string | undefined, nowMs: number): Verdict {
    const name = `${route.method} ${route.path}`;
    const limit = limits[name] ?? defaultLimit;
    const major = [
      params.channel_id,
      params.guild_id,
      params.webhook_id,
      params.webhook_token,
      params.interaction_id,
    ];
    const window = this.#window(`${name}/${major.join('/')}/${botId}`, limit.perMs, nowMs);
    const retryAfterS = (window.resetAtMs - nowMs) / 1_000;
    const free = window.used < limit.requests;
    if (free) window.used += 1;
    const headers = {
      'x-ratelimit-limit': String(limit.requests),
      'x-ratelimit-remaining': String(limit.requests - window.used),
      'x-ratelimit-reset': (window.resetAtMs / 1_000).toFixed(3),
      'x-ratelimit-reset-after': retryAfterS.toFixed(3),
      'x-ratelimit-bucket': createHash('md5').update(name).digest('hex'),
    };
    return free ? { headers } : { headers, retryAfterS, scope: 'user' };
  }

  #window(key: string, perMs: number, nowMs: number): Window {
    const window = this.#windows.get(key);
    if (window && window.resetAtMs > nowMs) return window;
    this.#forgetPast(nowMs);
    const fresh = { used: 0, resetAtMs: nowMs + perMs };
    this.#windows.set(key, fresh);
    return fresh;
  }

  /** Tokens are part of the keys, so without this the map would grow with every interaction. */
  #forgetPast(nowMs: number): void {
    if (this.#windows.size < 1_000) return;
    for (const [key, window] of this.#windows) if (window.resetAtMs <= nowMs) this.#windows.delete(key);
  }
}

function globalVerdict(retryAfterS: number): Verdict {
  return { headers: { 'x-ratelimit-global': 'true' }, retryAfterS, scope: 'global' };
}
