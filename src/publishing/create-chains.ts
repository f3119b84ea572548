import type { NewsHooks } from '#contracts/news.ts';
import type { AlertStore } from './alerts/alert-store.ts';
import { ChainEngine } from './chains/chain-engine.ts';
import { ChainService } from './chains/chain-service.ts';
import { ChainStore } from './chains/chain-store.ts';
import { newsItem, stoppedItem } from './concerns/items.ts';
import type { Composing } from './create-composing.ts';
import type { Delivering } from './create-delivering.ts';
import { createHostHttp } from './http/host-http.ts';
import { HookStore } from './news/hook-store.ts';
import { NewsReader } from './news/news-reader.ts';
import { WatchStore } from './news/watch-store.ts';
import type { PublishingComponents, PublishingInit } from './publishing-components.ts';
import { NewsWatcher } from './watching/news-watcher.ts';
import { createNewsHooks } from './watching/receive-hook.ts';

export interface Chaining {
  chains: ChainService;
  engine: ChainEngine;
  watcher: NewsWatcher;
  newsHooks: NewsHooks;
}

const initByDefault = { triggeredPerHourMax: 10, allowedPrivateHosts: [] };

/** Chains, and what starts them: people, news of others, and calls of webhooks. */
export function createChains(
  components: PublishingComponents,
  parts: { delivering: Delivering; composing: Composing; alertStore: AlertStore },
  init: PublishingInit['chains'] = initByDefault,
): Chaining {
  const { clock, logger, connectPage, standings } = components;
  const { alertStore, composing, delivering } = parts;
  const { db, targets, publishers, artifacts, secrets, host, outbox } = delivering;
  const store = new ChainStore(db);
  const engine = new ChainEngine({
    ...components,
    store,
    publications: composing.publications,
    artifacts: artifacts.store,
    stopped: (run, text) => alertStore.add([stoppedItem(run, text, clock.nowMs())]),
  });
  const publicOnly = { ...init, option: 'chains.allowedPrivateHosts' };
  const news = new NewsReader({
    publishers,
    targets,
    host,
    clock,
    http: (signal) => createHostHttp(components, { dryRun: true, signal, publicOnly }),
  });
  const watches = new WatchStore(db);
  const hooks = new HookStore({ ...components, db, vault: secrets.vault });
  const chains = new ChainService({
    news,
    watches,
    hooks,
    store,
    engine,
    targets,
    clock,
    logger,
    standings,
    publications: composing.publications,
    edits: composing.edits,
    operations: outbox.operations,
    artifacts: artifacts.store,
    ids: outbox.ids,
    hookUrl: (chainId) => connectPage?.hookUrlOf?.(chainId),
  });
  const watcher = new NewsWatcher(
    {
      db,
      watches,
      chains: store,
      reader: news,
      publishers,
      standings,
      clock,
      logger,
      begin: (chain, cause, item) => chains.beginOn(chain, cause, item),
      tell: ({ id, chain, text }) => alertStore.add([newsItem(id, chain, text, clock.nowMs())]),
    },
    init,
  );
  return {
    chains,
    engine,
    watcher,
    newsHooks: createNewsHooks({ ...components, publishers, hooks, chains: store, watcher }),
  };
}
