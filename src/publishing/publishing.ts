import type { AnyAction } from '#contracts/action.ts';
import type { RoleDirectory } from '#contracts/actor.ts';
import type { ArtifactStore, PlannedArtifacts } from '#contracts/artifacts.ts';
import type { CardBoard } from '#contracts/cards.ts';
import type { ChainTriggers } from '#contracts/chains.ts';
import type { Connections, ConnectPage, EnvironmentSecrets } from '#contracts/connections.ts';
import type { Examiner } from '#contracts/diagnosis.ts';
import type { Announcer } from '#contracts/discord.ts';
import type { LiveStandings } from '#contracts/guild-standing.ts';
import type { NewsHooks } from '#contracts/news.ts';
import type { KnownTargets, Publications } from '#contracts/publications.ts';
import type { PublisherPlugin } from '#contracts/publisher.ts';
import type { ThreadSource } from '#contracts/thread-source.ts';
import type { TokenEnds } from '#contracts/tokens.ts';
import type { WallTime } from '#contracts/wall-time.ts';
import type { Chance, Clock } from '#core/clock.ts';
import type { Startable } from '#core/lifecycle.ts';
import type { Logger } from '#core/logger.ts';
import type { Scrubber } from '#core/scrubber.ts';
import type { Secret } from '#core/secret.ts';
import type { DiscordNames } from '#core/text/discord-markup.ts';
import { tablesOf } from '#storage/owned-tables.ts';
import type { Storage } from '#storage/storage.ts';
import { alertActions } from './alerts/alert-actions.ts';
import { AlertStore } from './alerts/alert-store.ts';
import { AlertViews } from './alerts/alert-views.ts';
import { Alerts } from './alerts/alerts.ts';
import { createGuildNotice } from './alerts/guild-notice.ts';
import { artifactCourseAction } from './artifact-course.ts';
import { isReferenced } from './artifact-references.ts';
import { type ArtifactsInit, createArtifacts } from './artifacts/artifacts.ts';
import { SecretScanner } from './artifacts/secret-scan.ts';
import { chainActions } from './chains/chain-actions.ts';
import { ChainEngine } from './chains/chain-engine.ts';
import { ChainService } from './chains/chain-service.ts';
import { ChainStore } from './chains/chain-store.ts';
import { concerns } from './concerns/concerns.ts';
import { newsItem, stoppedItem } from './concerns/items.ts';
import { Authorisations } from './connecting/authorisations.ts';
import { ConnectLinks } from './connecting/connect-links.ts';
import { createOutbox } from './create-outbox.ts';
import { Renderer } from './drafts/renderer.ts';
import { PublishingExaminer } from './examiner.ts';
import { PublisherHost } from './host/publisher-host.ts';
import { Readiness } from './host/readiness.ts';
import { createHostHttp } from './http/host-http.ts';
import { HookStore } from './news/hook-store.ts';
import { NewsReader } from './news/news-reader.ts';
import { WatchStore } from './news/watch-store.ts';
import type { OutboxInit } from './outbox/outbox.ts';
import { PlatformSettings, type PluginSettings } from './platform-settings.ts';
import { deliveryActions } from './publications/delivery-actions.ts';
import { Leftovers } from './publications/leftovers.ts';
import { publicationActions } from './publications/publication-actions.ts';
import { PublicationEdits } from './publications/publication-edits.ts';
import { PublicationService } from './publications/publication-service.ts';
import { Renewals } from './publications/renewals.ts';
import { Views } from './publications/views.ts';
import { Publishers } from './publishers.ts';
import { createSecrets } from './secrets.ts';
import { CredentialLook } from './setup/credential-look.ts';
import { CredentialsPart } from './setup/credentials-part.ts';
import { targetActions } from './setup/target-actions.ts';
import { TargetEdits } from './setup/target-edits.ts';
import { TargetService } from './setup/target-service.ts';
import type { Schema } from './tables/schema.ts';
import { CredentialEnds } from './targets/credential-ends.ts';
import { TargetStore } from './targets/target-store.ts';
import { NewsWatcher, type NewsWatcherInit } from './watching/news-watcher.ts';
import { createNewsHooks } from './watching/receive-hook.ts';

export interface PublishingComponents {
  storage: Pick<Storage, 'db' | 'engine' | 'hubId'>;
  publishers: readonly PublisherPlugin[];
  roles: RoleDirectory;
  standings: LiveStandings;
  announcer: Announcer;
  /** What Discord's markup stands for in a guild. Absent: neutral words. */
  names?: (guildId: string) => DiscordNames;
  cards: CardBoard;
  threads: ThreadSource;
  tokenEnds: TokenEnds;
  /** What schedules will still publish: asked from the start of the parts on. */
  plannedArtifacts: PlannedArtifacts;
  environment: EnvironmentSecrets;
  /** The process's own: it learns every credential before anything can show one. */
  scrubber: Scrubber;
  /** Absent: nothing can be planned for later. */
  wallTime?: WallTime;
  /** Absent: this hub serves no web. */
  connectPage?: ConnectPage;
  clock: Clock;
  chance: Chance;
  logger: Logger;
}

export interface PublishingInit {
  stateDir: string;
  /** `opensOnly`: the vault belongs to another process. */
  vault: { key?: Secret | undefined; previousKey?: Secret | undefined; opensOnly?: boolean };
  artifacts: Omit<ArtifactsInit, 'stateDir' | 'apiUrl'>;
  /** `guildIds`: those the configuration names; empty for any. */
  discord: { apiUrl: string; token?: Secret | undefined; guildIds: readonly string[] };
  plugins: PluginSettings;
  outbox?: Partial<Omit<OutboxInit, 'engine' | 'worker'>>;
  /** From the configuration. */
  chains?: NewsWatcherInit & { allowedPrivateHosts: readonly string[] };
}

export interface Publishing {
  /** In the order to start them; storage must have started before. */
  parts: readonly Startable[];
  /** Instead of `parts`, in a process that only delivers what another has planned. */
  workerParts: readonly Startable[];
  actions: readonly AnyAction[];
  publications: Publications;
  targets: KnownTargets;
  artifacts: ArtifactStore;
  connections: Connections;
  chains: ChainTriggers;
  newsHooks: NewsHooks;
  examiner: Examiner;
  /** Posts a notice for a guild in its alert channel, else where its targets were added. */
  notify(guildId: string, text: string): Promise<void>;
  /** Announces what should have been published and wasn't. One notice for each run, however often this is called. */
  missed(run: { id: string; guildId: string; sourceId: string; text: string }): Promise<void>;
  /** Changes of publications and alerts, by the id of what changed. Returns the unsubscriber. */
  onChange(listener: (subject: string) => void): () => void;
}

/** The publication service. Constructed without I/O. */
export function createPublishing(components: PublishingComponents, init: PublishingInit): Publishing {
  const { storage, clock, logger, roles, connectPage, tokenEnds, plannedArtifacts } = components;
  const db = tablesOf<Schema>(storage.db);
  const targets = new TargetStore(db);
  const publishers = new Publishers(components);
  const artifacts = createArtifacts(
    {
      ...components,
      db,
      isReferenced: async (cid) => (await isReferenced(db, cid)) || plannedArtifacts.includes(cid),
    },
    { ...init.artifacts, stateDir: init.stateDir, apiUrl: init.discord.apiUrl },
  );
  const platforms = new PlatformSettings(publishers, { plugins: init.plugins, ownUrl: init.discord.apiUrl });
  const secrets = createSecrets({ ...components, db, publishers }, init);
  const host = new PublisherHost({
    ...{ ...components, ...secrets, db, publishers, platforms, targets, artifacts: artifacts.store },
    http: ({ publisher, ...attempt }) =>
      createHostHttp(components, { ...attempt, ...platforms.http(publisher) }),
    // Runs once the outbox does, when all of these exist.
    renew: (delivery, reason, signal) => renewals.renew(delivery, reason, signal),
  });
  const outbox = createOutbox({ ...components, db, host, targets, seals: secrets.seals }, init.outbox);
  const ends = new CredentialEnds({ db, clock });
  const readiness = new Readiness({ ...components, ...secrets, ends, publishers, gate: outbox.gate });
  const credentialsPart = new CredentialsPart({ ...secrets, outbox, db, readiness });
  const redirectUrl = () => connectPage?.redirectUrl() ?? '';
  const links = new ConnectLinks({
    ...components,
    ...secrets,
    ...{ db, targets, publishers, redirectUrl },
    address: (id, name) => platforms.address(id, name),
    onConnected: (target) => credentialsPart.connected(target),
  });
  const authorisations = new Authorisations({
    ...components,
    ...secrets,
    db,
    ...{ targets, host, platforms, links, redirectUrl },
  });

  const scanner = new SecretScanner({ ...components, artifacts: artifacts.store });
  const renderer = new Renderer({
    ...components,
    scan: (guildId, media) => scanner.scan(guildId, media),
    publishers,
    artifact: (guildId, cid) => artifacts.store.get(cid, guildId),
    look: (target, request, signal) => host.look(target, request, signal),
  });
  const { deliveries } = outbox;
  const leftovers = new Leftovers({ db, deliveries, targets, host, clock });
  const views = new Views({ ...components, db, targets, deliveries, readiness, leftovers });
  const renewals = new Renewals({ db, outbox, targets, renderer, clock });
  const wallTime = components.wallTime;
  const publications = new PublicationService({
    ...{ db, outbox, targets, renderer, views, wallTime, clock },
    readiness,
  });
  const edits = new PublicationEdits({ db, outbox, targets, renderer, views, wallTime, clock });
  const targetService = new TargetService({
    ...{ ...components, ...secrets, db, outbox, targets, host },
    ...{ readiness, ends, publishers },
  });
  const credentialLook = new CredentialLook({
    ...{ ...components, ends, targets, readiness, publishers },
    ...{ service: targetService, vault: secrets.vault },
  });
  const targetEdits = new TargetEdits({
    db,
    outbox,
    targets,
    renderer,
    publishers,
    clock,
    service: targetService,
  });

  const alertStore = new AlertStore(db);
  const { ids, changes } = outbox;
  const board = components.cards;
  const alerts = new Alerts({
    ...{ ...components, store: alertStore, targets, board, changes, ids },
    concerns: () =>
      concerns({
        ...{ db, tokenEnds, vault: secrets.vault, clock },
        endings: () => credentialLook.endings(),
      }),
  });
  const alertViews = new AlertViews({ ...components, db, targets });

  const chainStore = new ChainStore(db);
  const engine = new ChainEngine({
    ...components,
    ...{ store: chainStore, publications, artifacts: artifacts.store },
    stopped: (run, text) => alertStore.add([stoppedItem(run, text, clock.nowMs())]),
  });
  const chainsInit = init.chains ?? { triggeredPerHourMax: 10, allowedPrivateHosts: [] };
  const news = new NewsReader({
    ...{ publishers, targets, host, clock },
    http: (signal) =>
      createHostHttp(components, {
        dryRun: true,
        signal,
        publicOnly: { ...chainsInit, option: 'chains.allowedPrivateHosts' },
      }),
  });
  const watches = new WatchStore(db);
  const hooks = new HookStore({ ...components, db, vault: secrets.vault });
  const chains = new ChainService({
    ...{ news, watches, hooks },
    hookUrl: (chainId) => connectPage?.hookUrlOf?.(chainId),
    ...{ store: chainStore, engine, publications, edits, targets, clock, logger },
    operations: outbox.operations,
    artifacts: artifacts.store,
    ids: outbox.ids,
    standings: components.standings,
  });
  const watcher = new NewsWatcher(
    {
      ...{
        db,
        watches,
        chains: chainStore,
        reader: news,
        publishers,
        standings: components.standings,
        clock,
        logger,
      },
      begin: (chain, cause, item) => chains.beginOn(chain, cause, item),
      tell: ({ id, chain, text }) => alertStore.add([newsItem(id, chain, text, clock.nowMs())]),
    },
    chainsInit,
  );
  return {
    parts: [
      secrets.vault,
      credentialsPart,
      artifacts,
      ...outbox.startables,
      engine,
      chains,
      watcher,
      credentialLook,
      alerts,
    ],
    workerParts: [secrets.vault, credentialsPart, artifacts.reader, ...outbox.startables],
    actions: [
      ...artifacts.actions,
      artifactCourseAction({ db, store: artifacts.store, views }),
      ...targetActions({
        service: targetService,
        edits: targetEdits,
        targets,
        ...secrets,
        links,
        publishers,
        connectPage,
      }),
      ...publicationActions({ service: publications, edits, db, outbox, targets, renderer, roles, clock }),
      ...deliveryActions({ outbox, targets, views, leftovers }),
      ...chainActions(chains),
      ...alertActions({ alerts, store: alertStore, views: alertViews, board, outbox, ids, clock }),
    ],
    publications,
    targets,
    artifacts: artifacts.store,
    connections: {
      describe: (token) => links.describe(token),
      redeem: (token, values) => links.redeem(token, values),
      authorise: (token, values) => authorisations.authorise(token, values),
      authorised: (back) => authorisations.authorised(back),
    },
    chains,
    newsHooks: createNewsHooks({ ...components, publishers, hooks, chains: chainStore, watcher }),
    examiner: new PublishingExaminer(
      {
        ...{ db, targets, tokenEnds, readiness, alerts, connectPage, clock, vault: secrets.vault },
        askStale: (stale, signal, forMs) => targetService.askStale(stale, signal, forMs),
      },
      { artifactsFolder: init.artifacts.dir ?? init.stateDir, freeBytesMin: init.artifacts.freeBytesMin },
    ),
    notify: createGuildNotice({ ...components, channelFor: (guildId) => alerts.channelFor(guildId) }),
    missed: async ({ id, guildId, sourceId, text }) => {
      const item = { kind: 'missed', topic: sourceId, text, at_ms: clock.nowMs() } as const;
      await alertStore.add([{ id: `missed:${id}`, guild_id: guildId, ...item }]);
    },
    onChange: (listener) => {
      const unfollow = [publications.onChange(listener), alerts.onChange(listener)];
      return () => unfollow.forEach((end) => void end());
    },
  };
}
