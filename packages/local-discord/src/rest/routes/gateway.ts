import type { Platform } from '../../platform.ts';
import { botRoute, ok, openRoute, type Route } from '../route.ts';

/** Discord's figures, but for the concurrency: waiting 5 s between shards would serve nobody here. */
const sessionStartLimit = { total: 1_000, remaining: 1_000, reset_after: 0, max_concurrency: 16 };

export function gatewayRoutes({ gateway }: Platform): Route[] {
  return [
    openRoute('GET', '/gateway', () => ok({ url: gateway.url })),
    botRoute('GET', '/gateway/bot', () =>
      ok({ url: gateway.url, shards: 1, session_start_limit: sessionStartLimit }),
    ),
  ];
}
