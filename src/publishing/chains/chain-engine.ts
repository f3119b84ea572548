import type { DeliveryView, PublicationView } from '#contracts/actions/publish.ts';
import type { ArtifactStore } from '#contracts/artifacts.ts';
import { isServed, type LiveStandings } from '#contracts/guild-standing.ts';
import type { Clock, Timer } from '#core/clock.ts';
import { isGuildmeshError } from '#core/errors.ts';
import type { Startable } from '#core/lifecycle.ts';
import type { Logger } from '#core/logger.ts';
import type { PublicationService } from '../publications/publication-service.ts';
import { type Chain, type ChainRun, contentOf } from './chain.ts';
import type { ChainStore } from './chain-store.ts';
import { gatherOf, gatherVerdict, labelsOf } from './gather.ts';

/** Another hub on the database may have finished a link, and sends no notification. */
const lookEveryMs = 30_000;

export interface ChainEngineComponents {
  store: ChainStore;
  publications: PublicationService;
  standings: LiveStandings;
  artifacts: Pick<ArtifactStore, 'get'>;
  /** A link can't be made: people are notified once, however often this is called. */
  stopped(run: ChainRun, text: string): Promise<void>;
  clock: Clock;
  logger: Logger;
}

/**
 * Advances runs. Each link is one publication, ordered under a cause of its own, so that an interrupted run continues
 * where it was and nothing is published twice.
 */
export class ChainEngine implements Startable {
  readonly name = 'chains';
  readonly #components: ChainEngineComponents;
  /** The publications that runs wait for. */
  readonly #waiting = new Map<string, string>();
  /** Running work, by run: one after another. */
  readonly #turns = new Map<string, Promise<void>>();
  #unsubscribe: (() => void)[] = [];
  #timer: Timer | undefined;
  #stopped = false;

  constructor(components: ChainEngineComponents) {
    this.#components = components;
  }

  start(): void {
    const { publications, standings } = this.#components;
    this.#unsubscribe = [
      publications.onChange((publicationId) => {
        const runId = this.#waiting.get(publicationId);
        if (runId !== undefined) void this.advance(runId);
      }),
      // Held runs continue.
      standings.onChange(() => this.#look()),
    ];
    this.#look();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe();
    this.#timer?.cancel();
    await Promise.all(this.#turns.values());
  }

  /** As far as it goes now. Failures are logged and retried. */
  advance(runId: string): Promise<void> {
    const before = this.#turns.get(runId) ?? Promise.resolve();
    const turn = before
      .then(() => this.#advance(runId))
      .catch((err: unknown) => this.#components.logger.error({ err, runId }, 'a chain could not go on'));
    this.#turns.set(runId, turn);
    void turn.then(() => {
      if (this.#turns.get(runId) === turn) this.#turns.delete(runId);
    });
    return turn;
  }

  #look(): void {
    const { store, clock, logger } = this.#components;
    const looked = store
      .unfinishedRunIds()
      .then(async (ids) => {
        for (const id of ids) await this.advance(id);
      })
      .catch((err: unknown) => logger.error({ err }, 'chains could not be read'));
    void looked.then(() => {
      if (this.#stopped) return;
      // Another look may have begun meanwhile: one timer is enough.
      this.#timer?.cancel();
      this.#timer = clock.after(lookEveryMs, () => this.#look(), { background: true });
    });
  }

  async #advance(runId: string): Promise<void> {
    for (;;) {
      const run = this.#stopped ? undefined : await this.#components.store.run(runId);
      const chain = run && (await this.#components.store.byId(run.chainId));
      if (!run || !chain || !(await this.#moves(chain, run))) return;
    }
  }

  /** True: there may be more to do at once. */
  async #moves(chain: Chain, run: ChainRun): Promise<boolean> {
    if (run.state === 'done' || chain.removed) return false;
    if (!isServed(this.#components.standings, run.guildId)) return false;
    if (run.state === 'gathering') return this.#endGathering(chain, run);
    return !(await this.#isIncomplete(chain, run)) && this.#step(chain, run);
  }

  /** True: there may be more to do immediately. */
  async #step(chain: Chain, run: ChainRun): Promise<boolean> {
    const publication = await this.#publication(chain, run);
    if (typeof publication === 'string') {
      const reason = `${linkPlace(run, chain)}: ${publication}`;
      await this.#components.stopped(run, `“${run.label}” in the chain “${chain.name}” stopped. ${reason}`);
      await this.#stay(run, 'stopped', reason);
      return false;
    }
    if (run.publications[run.link] !== publication.id) {
      const publications = [...run.publications.slice(0, run.link), publication.id];
      return this.#move(run, { ...run, publications });
    }
    const { deliveries } = publication;
    if (deliveries.every(({ state }) => state === 'done')) {
      this.#waiting.delete(publication.id);
      return this.#finishLink(chain, run, deliveries);
    }
    const halt = deliveries.find(holdsUp);
    const reason = halt && `${linkPlace(run, chain)}: ${haltReason(halt)}`;
    await this.#stay(run, reason ? 'stopped' : 'running', reason);
    return false;
  }

  /** Expected files never came: only a person lets it continue without them. */
  async #isIncomplete(chain: Chain, run: ChainRun): Promise<boolean> {
    if (run.state !== 'stopped' || run.publications.length > 0 || !gatherOf(chain)?.expected) return false;
    const labels = await labelsOf(this.#components.artifacts, run);
    return gatherVerdict(chain, run, labels, this.#components.clock.nowMs()).state !== 'running';
  }

  /** True: it has begun, or has got another file meanwhile. */
  async #endGathering(chain: Chain, run: ChainRun): Promise<boolean> {
    const { artifacts, clock } = this.#components;
    const verdict = gatherVerdict(chain, run, await labelsOf(artifacts, run), clock.nowMs());
    if (verdict.state === 'gathering') return false;
    if (verdict.state === 'stopped')
      await this.#components.stopped(
        run,
        `“${run.label}” in the chain “${chain.name}” stopped. ${verdict.reason ?? ''}`,
      );
    await this.#move(run, { ...run, state: verdict.state, reason: verdict.reason });
    return verdict.state === 'running';
  }

  /** The link's publication, made if needed; or why it can't be made. */
  async #publication(chain: Chain, run: ChainRun): Promise<PublicationView | string> {
    const { publications } = this.#components;
    const known = run.publications[run.link];
    // Listens before it reads, so that no change in between is missed.
    if (known !== undefined) this.#waiting.set(known, run.id);
    const found = known === undefined ? undefined : await publications.find(run.guildId, known);
    if (found) return found;
    const link = chain.links[run.link];
    if (!link) throw new Error(`chain ${chain.id} has no link ${run.link}`);
    try {
      return await publications.orderWith(
        {
          guildId: run.guildId,
          cause: linkCause(run),
          content: contentOf(chain, link, run),
          targets: link.targets,
          orderedBy: chain.createdBy,
        },
        run.receipts,
      );
    } catch (error) {
      if (isGuildmeshError(error)) return `${error.message} ${error.next}`;
      throw error;
    }
  }

  #finishLink(chain: Chain, run: ChainRun, deliveries: readonly DeliveryView[]): Promise<boolean> {
    const landed = deliveries.flatMap(({ target, url }) =>
      url === undefined ? [] : [[target, url] as const],
    );
    const receipts = { ...run.receipts, ...Object.fromEntries(landed) };
    const last = run.link === chain.links.length - 1;
    return this.#move(run, {
      ...run,
      receipts,
      reason: undefined,
      state: last ? 'done' : 'running',
      link: last ? run.link : run.link + 1,
    });
  }

  async #stay(run: ChainRun, state: 'running' | 'stopped', reason: string | undefined): Promise<void> {
    if (run.state !== state || run.reason !== reason) await this.#move(run, { ...run, state, reason });
  }

  #move(run: ChainRun, next: ChainRun): Promise<boolean> {
    return this.#components.store.moveRun(run, next, this.#components.clock.nowMs());
  }
}

/** Identified by what started the run, not by its id: a run that was deleted and started again posts nothing twice. */
export function linkCause(run: Pick<ChainRun, 'cause' | 'link'>): string {
  return `chain:${run.cause}:${run.link}`;
}

/** "Link 2 of 3" */
export function linkPlace(run: Pick<ChainRun, 'link'>, chain: Pick<Chain, 'links'>): string {
  return `Link ${run.link + 1} of ${chain.links.length}`;
}

/** A person must act before this link can finish. */
export function holdsUp(delivery: DeliveryView): boolean {
  return delivery.needsPerson || delivery.state === 'cancelled' || delivery.state === 'discarded';
}

function haltReason({ target, state, error }: DeliveryView): string {
  if (!error) return `${target} was ${state}.`;
  return error.text.startsWith(target) ? error.text : `${target}: ${error.text}`;
}
