import type { z } from 'zod';
import type { ChainRunView, ChainView, chainAdd } from '#contracts/actions/chains.ts';
import { type ArtifactInfo, type ArtifactStore, playerUpload } from '#contracts/artifacts.ts';
import type { ChainTriggers, MilestoneReached } from '#contracts/chains.ts';
import { isServed, type LiveStandings } from '#contracts/guild-standing.ts';
import type { NewsItem } from '#contracts/news.ts';
import type { Clock } from '#core/clock.ts';
import type { Startable } from '#core/lifecycle.ts';
import type { Logger } from '#core/logger.ts';
import type { SortableIds } from '#core/sortable-id.ts';
import { fitsPattern } from '#core/text/label-pattern.ts';
import { publishErrors } from '../errors.ts';
import { firstWatch } from '../news/first-watch.ts';
import type { HookStore } from '../news/hook-store.ts';
import { newsEvent } from '../news/news-event.ts';
import type { NewsReader } from '../news/news-reader.ts';
import type { WatchStore } from '../news/watch-store.ts';
import type { OutboxOperations } from '../outbox/operations.ts';
import type { PublicationEdits } from '../publications/publication-edits.ts';
import type { PublicationService } from '../publications/publication-service.ts';
import type { TargetStore } from '../targets/target-store.ts';
import {
  type Chain,
  type ChainInput,
  type ChainRun,
  chainProblems,
  contentOf,
  type RunFacts,
} from './chain.ts';
import { type ChainEngine, holdsUp } from './chain-engine.ts';
import type { ChainStore } from './chain-store.ts';
import { ChainViews } from './chain-views.ts';
import { gatherFit, gatherOf } from './gather.ts';
import { joinGathering } from './gathering.ts';

/** How far back a start looks for arrivals that nobody handled. */
const arrivalsLookedBackMax = 100;

export interface ChainServiceComponents {
  store: ChainStore;
  engine: ChainEngine;
  publications: PublicationService;
  edits: Pick<PublicationEdits, 'edit'>;
  operations: Pick<OutboxOperations, 'retry'>;
  targets: TargetStore;
  standings: LiveStandings;
  artifacts: Pick<ArtifactStore, 'get' | 'list' | 'onArrival'>;
  news: Pick<NewsReader, 'read'>;
  watches: Pick<WatchStore, 'add' | 'of' | 'remove'>;
  hooks: Pick<HookStore, 'make' | 'remove'>;
  /** Absent: this hub serves no web. */
  hookUrl: ((chainId: string) => string | undefined) | undefined;
  ids: Pick<SortableIds, 'next'>;
  clock: Pick<Clock, 'nowMs'>;
  logger: Logger;
}

type Event = Pick<ChainRun, 'label' | 'description' | 'artifacts'> & { facts?: RunFacts };

type AddedChain = z.output<typeof chainAdd.output>;

/** Starts chains, and does what people ask of them. */
export class ChainService implements Startable, ChainTriggers {
  readonly name = 'chain triggers';
  readonly #components: ChainServiceComponents;
  readonly #starting = new Set<Promise<void>>();
  readonly #views: ChainViews;
  #unsubscribe: (() => void) | undefined;

  constructor(components: ChainServiceComponents) {
    this.#components = components;
    this.#views = new ChainViews(components);
  }

  async start(): Promise<void> {
    this.#unsubscribe = this.#components.artifacts.onArrival((artifact) => this.#arrived(artifact));
    await this.#catchUp();
  }

  async stop(): Promise<void> {
    this.#unsubscribe?.();
    await Promise.all(this.#starting);
  }

  async milestoneReached(event: MilestoneReached): Promise<void> {
    const { guildId, milestoneId, title, description, artifacts } = event;
    const wanting = (await this.#components.store.list(guildId)).filter(
      ({ trigger }) => trigger.kind === 'milestone' && fitsPattern(trigger.title, title),
    );
    await this.#beginEach(wanting, `milestone:${milestoneId}`, {
      label: title,
      description,
      artifacts: [...artifacts],
    });
  }

  /**
   * Throws PUBLISH_NO_TARGET, PUBLISH_CHAIN_INVALID, PUBLISH_CHAIN_TAKEN, PUBLISH_TOO_MANY; for news of others also the
   * reason why they can't be read: such a chain would only seem to work.
   */
  async add(input: ChainInput, createdBy: string, signal: AbortSignal): Promise<AddedChain> {
    const { store, targets, ids, clock, news, watches, hooks } = this.#components;
    const templates = new Map<string, string>();
    for (const name of new Set(input.links.flatMap((link) => link.targets)))
      templates.set(name, (await targets.named(input.guildId, name)).template ?? '');
    const problems = chainProblems(input, templates);
    if (problems.length > 0) throw publishErrors.PUBLISH_CHAIN_INVALID({ problems });
    const chain = { ...input, id: ids.next(), createdBy, createdAtMs: clock.nowMs(), removed: false };
    const watch = await firstWatch({ news, clock }, chain, signal);
    const hookUrl = chain.trigger.kind === 'release' ? this.#components.hookUrl?.(chain.id) : undefined;
    const hook = hookUrl === undefined ? undefined : await hooks.make(chain.id, createdBy, chain.createdAtMs);
    await store.add(chain, async (tx) => {
      if (watch) await watches.add(tx, watch);
      await hook?.keep(tx);
    });
    const view = await this.#views.chain(chain);
    return hook && hookUrl !== undefined ? { ...view, hook: { url: hookUrl, secret: hook.secret } } : view;
  }

  async list(guildId: string): Promise<ChainView[]> {
    const views: ChainView[] = [];
    for (const chain of await this.#components.store.list(guildId))
      views.push(await this.#views.chain(chain));
    return views;
  }

  async show(guildId: string, name: string): Promise<ChainView> {
    return this.#views.chain(await this.#components.store.named(guildId, name));
  }

  async remove(guildId: string, name: string): Promise<ChainView> {
    const chain = await this.#components.store.named(guildId, name);
    const view = await this.#views.chain(chain);
    await this.#components.store.remove(chain.id, this.#components.clock.nowMs());
    await this.#components.watches.remove(chain.id);
    await this.#components.hooks.remove(chain.id);
    return view;
  }

  /** Throws PUBLISH_NO_CHAIN, PUBLISH_NO_ARTIFACT, PUBLISH_CHAIN_STUCK. */
  async begin(guildId: string, name: string, event: Event): Promise<ChainRunView> {
    const { store, artifacts, ids } = this.#components;
    const chain = await store.named(guildId, name);
    for (const cid of event.artifacts)
      if (!(await artifacts.get(cid, guildId))) throw publishErrors.PUBLISH_NO_ARTIFACT({ cid });
    const run = await this.#begin(chain, `manual:${ids.next()}`, event);
    return this.#views.run((await store.run(run.id)) ?? run, chain);
  }

  /** Retries what stopped the link. Throws PUBLISH_NO_RUN, PUBLISH_RUN_NOT_STOPPED. */
  async resume(guildId: string, name: string, runId: string): Promise<ChainRunView> {
    const { store, engine } = this.#components;
    const chain = await store.named(guildId, name);
    const run = await store.run(runId);
    if (!run || run.chainId !== chain.id) throw publishErrors.PUBLISH_NO_RUN();
    if (run.state !== 'stopped') throw publishErrors.PUBLISH_RUN_NOT_STOPPED({ state: run.state });
    if (run.publications.length === 0)
      await store.moveRun(
        run,
        { ...run, state: 'running', reason: undefined },
        this.#components.clock.nowMs(),
      );
    await this.#retryLink(chain, run);
    await engine.advance(run.id);
    return this.#views.run((await store.run(run.id)) ?? run, chain);
  }

  async #retryLink(chain: Chain, run: ChainRun): Promise<void> {
    const { publications, edits, operations } = this.#components;
    const { guildId } = run;
    const id = run.publications[run.link];
    const link = chain.links[run.link];
    const publication = id === undefined ? undefined : await publications.find(guildId, id);
    // The link could not even be made: the engine makes it now.
    if (!publication || !link) return;
    const held = publication.deliveries.filter(holdsUp);
    if (held.some(({ state }) => state === 'discarded' || state === 'cancelled'))
      throw publishErrors.PUBLISH_RUN_NOT_STOPPED({ state: 'ended by a person' });
    // What a target refused is rendered again: its setup may have changed.
    if (held.some(({ error }) => error?.code === 'PUBLISH_PROBLEMS'))
      await edits.edit({ guildId, publicationId: publication.id, content: contentOf(chain, link, run) });
    for (const { id: deliveryId, error } of held)
      if (error?.code !== 'PUBLISH_PROBLEMS') await operations.retry(guildId, deliveryId);
  }

  /** For a chain that starts on news. The same key starts it once. Throws PUBLISH_CHAIN_STUCK. */
  beginOn(chain: Chain, cause: string, item: NewsItem): Promise<ChainRun> {
    return this.#begin(chain, cause, newsEvent(chain, item));
  }

  #arrived(artifact: ArtifactInfo): void {
    const started = this.#tryFor(artifact).finally(() => this.#starting.delete(started));
    this.#starting.add(started);
  }

  /** What arrived while nobody listened, or when the process ended before the run was stored. */
  async #catchUp(): Promise<void> {
    const { store, artifacts } = this.#components;
    const chains = (await store.list()).filter(({ trigger }) => trigger.kind === 'artifact');
    for (const guildId of new Set(chains.map((chain) => chain.guildId)))
      for (const artifact of await artifacts.list({
        guildId,
        exceptSource: playerUpload,
        limit: arrivalsLookedBackMax,
      }))
        await this.#tryFor({ ...artifact, guildId });
  }

  /** Nobody waits for it: failures are logged, and retried at the next start. */
  async #tryFor(artifact: ArtifactInfo): Promise<void> {
    try {
      await this.#startFor(artifact);
    } catch (err) {
      this.#components.logger.error({ err, cid: artifact.cid }, 'a chain could not be started');
    }
  }

  async #startFor(artifact: ArtifactInfo): Promise<void> {
    const { guildId, label, cid, createdAtMs, source } = artifact;
    if (source === playerUpload) return;
    const { store, standings } = this.#components;
    // What the hub itself stored belongs to every home guild.
    const fitting = (await store.list(guildId)).filter(
      (chain) =>
        isServed(standings, chain.guildId) && createdAtMs >= chain.createdAtMs && gatherFit(chain, label),
    );
    const single = fitting.filter((chain) => !gatherOf(chain));
    const errors: unknown[] = [];
    for (const chain of fitting)
      if (gatherOf(chain)) await this.#gather(chain, artifact).catch((error: unknown) => errors.push(error));
    await this.#beginEach(single, `artifact:${cid}`, { label, description: '', artifacts: [cid] });
    if (errors.length > 0) throw errors[0];
  }

  /** Together with those that belong to it; the first of them begins the gathering. */
  async #gather(chain: Chain, artifact: ArtifactInfo): Promise<void> {
    const version = gatherFit(chain, artifact.label)?.version;
    const joined = await joinGathering(this.#components, chain, artifact, version);
    if (joined === 'known') return;
    if (joined) return this.#components.engine.advance(joined.id);
    const event = { label: version ?? artifact.label, description: '', artifacts: [artifact.cid] };
    await this.#begin(chain, `gather:${artifact.cid}`, event, 'gathering');
  }

  /** One that can't begin doesn't keep the others from it; the first failure is thrown at the end. */
  async #beginEach(chains: readonly Chain[], cause: string, event: Event): Promise<void> {
    const errors: unknown[] = [];
    for (const chain of chains)
      await this.#begin(chain, cause, event).catch((error: unknown) => errors.push(error));
    if (errors.length > 0) throw errors[0];
  }

  async #begin(
    chain: Chain,
    cause: string,
    event: Event,
    state: 'gathering' | 'running' = 'running',
  ): Promise<ChainRun> {
    const { store, engine, ids, clock } = this.#components;
    const nowMs = clock.nowMs();
    const { facts = {}, ...said } = event;
    const run = await store.startRun({
      ...said,
      facts,
      id: ids.next(),
      chainId: chain.id,
      guildId: chain.guildId,
      cause: `${chain.id}:${cause}`,
      state,
      link: 0,
      publications: [],
      receipts: {},
      reason: undefined,
      startedAtMs: nowMs,
      updatedAtMs: nowMs,
    });
    await engine.advance(run.id);
    return run;
  }
}
