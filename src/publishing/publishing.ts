import type { AnyAction } from '#contracts/action.ts';
import type { ArtifactStore, AttachmentReader } from '#contracts/artifacts.ts';
import type { ChainTriggers } from '#contracts/chains.ts';
import type { Connections } from '#contracts/connections.ts';
import type { Examiner } from '#contracts/diagnosis.ts';
import type { NoticesChannels } from '#contracts/guild-settings.ts';
import type { NewsHooks } from '#contracts/news.ts';
import type { KnownTargets, Publications } from '#contracts/publications.ts';
import type { Startable } from '#core/lifecycle.ts';
import { alertActions } from './alerts/alert-actions.ts';
import { createGuildNotice } from './alerts/guild-notice.ts';
import { artifactCourseAction } from './artifact-course.ts';
import { chainActions } from './chains/chain-actions.ts';
import { type Alerting, createAlerts } from './create-alerts.ts';
import { type Chaining, createChains } from './create-chains.ts';
import { type Composing, createComposing } from './create-composing.ts';
import { type Connecting, createConnecting } from './create-connecting.ts';
import { createDelivering, type Delivering } from './create-delivering.ts';
import { createSetup, type Setup } from './create-setup.ts';
import { PublishingExaminer } from './examiner.ts';
import { deliveryActions } from './publications/delivery-actions.ts';
import { publicationActions } from './publications/publication-actions.ts';
import type { PublishingComponents, PublishingInit } from './publishing-components.ts';
import { placeActions } from './setup/place-actions.ts';
import { targetActions } from './setup/target-actions.ts';

export interface Publishing {
  /** In the order to start them; storage must have started before. */
  parts: readonly Startable[];
  /** Instead of `parts`, in a process that only delivers what another has planned. */
  workerParts: readonly Startable[];
  actions: readonly AnyAction[];
  publications: Publications;
  targets: KnownTargets;
  artifacts: ArtifactStore;
  attachments: AttachmentReader;
  connections: Connections;
  chains: ChainTriggers;
  newsHooks: NewsHooks;
  noticesChannels: NoticesChannels;
  examiner: Examiner;
  /** Posts a notice for a guild in its alert channel, else where its targets were added. */
  notify(guildId: string, text: string): Promise<void>;
  /** Announces what should have been published and wasn't. One notice for each run, however often this is called. */
  missed(run: { id: string; guildId: string; sourceId: string; text: string }): Promise<void>;
  /** Changes of publications, alerts and targets' lamps, by the id of what changed. Returns the unsubscriber. */
  onChange(listener: (subject: string) => void): () => void;
}

/** All of it, as the doors and the life of the process need it. */
interface Whole {
  delivering: Delivering;
  connecting: Connecting;
  composing: Composing;
  setup: Setup;
  alerting: Alerting;
  chaining: Chaining;
}

/** The publication service. Constructed without I/O. */
export function createPublishing(components: PublishingComponents, init: PublishingInit): Publishing {
  const { clock, connectPage, tokenEnds } = components;
  const delivering = createDelivering(components, init);
  const connecting = createConnecting(components, delivering, init.tokensUrl);
  const composing = createComposing(components, delivering);
  const setup = createSetup(components, delivering);
  const alerting = createAlerts(components, delivering, setup.targetLook);
  const { store: alertStore, alerts } = alerting;
  const chaining = createChains(components, { delivering, composing, alertStore }, init.chains);
  const whole = { delivering, connecting, composing, setup, alerting, chaining };
  const { db, targets, artifacts, secrets, readiness } = delivering;
  const { publications } = composing;
  return {
    ...partsOf(whole),
    actions: actionsOf(components, whole),
    publications,
    targets,
    artifacts: artifacts.store,
    attachments: artifacts.attachments,
    connections: connecting.connections,
    chains: chaining.chains,
    newsHooks: chaining.newsHooks,
    noticesChannels: alerting.places,
    examiner: new PublishingExaminer(
      {
        db,
        targets,
        tokenEnds,
        readiness,
        alerts,
        connectPage,
        clock,
        vault: secrets.vault,
        askStale: (stale, signal, forMs) => setup.service.askStale(stale, signal, forMs),
      },
      { artifactsFolder: init.artifacts.dir ?? init.stateDir, freeBytesMin: init.artifacts.freeBytesMin },
    ),
    notify: createGuildNotice({ ...components, channelFor: (guildId) => alerts.channelFor(guildId) }),
    missed: async ({ id, guildId, sourceId, text }) => {
      const item = { kind: 'missed', topic: sourceId, text, at_ms: clock.nowMs() } as const;
      await alertStore.add([{ id: `missed:${id}`, guild_id: guildId, ...item }]);
    },
    onChange: (listener) => {
      const unfollow = [
        publications.onChange(listener),
        alerts.onChange(listener),
        readiness.onChange((targetId) => listener(targetId)),
      ];
      return () => unfollow.forEach((end) => void end());
    },
  };
}

function partsOf(whole: Whole): Pick<Publishing, 'parts' | 'workerParts'> {
  const { delivering, connecting, setup, alerting, chaining } = whole;
  const { artifacts, outbox, secrets } = delivering;
  const first = [secrets.vault, connecting.credentialsPart];
  return {
    parts: [
      ...[...first, artifacts, ...outbox.startables],
      ...[chaining.engine, chaining.chains, chaining.watcher],
      ...[setup.targetLook, alerting.alerts],
    ],
    workerParts: [...first, artifacts.reader, ...outbox.startables],
  };
}

function actionsOf(components: PublishingComponents, whole: Whole): AnyAction[] {
  const { roles, clock, connectPage } = components;
  const { delivering, composing, setup, alerting, chaining } = whole;
  const { db, artifacts, outbox, targets, publishers, secrets, renderer, readiness } = delivering;
  const { publications, edits, views } = composing;
  const { links } = whole.connecting;
  return [
    ...artifacts.actions,
    artifactCourseAction({ db, store: artifacts.store, views }),
    ...targetActions({
      service: setup.service,
      edits: setup.edits,
      targets,
      ...secrets,
      links,
      publishers,
      connectPage,
    }),
    ...placeActions(setup),
    ...publicationActions({
      service: publications,
      edits,
      db,
      outbox,
      targets,
      renderer,
      readiness,
      roles,
      clock,
    }),
    ...deliveryActions({ ...composing, outbox, targets }),
    ...chainActions(chaining.chains),
    ...alertActions({ ...alerting, outbox, ids: outbox.ids, clock }),
  ];
}
