import type { ChainRunView, ChainView } from '#contracts/actions/chains.ts';
import type { DeliveryView } from '#contracts/actions/publish.ts';
import type { ArtifactStore } from '#contracts/artifacts.ts';
import type { Watch, WatchStore } from '../news/watch-store.ts';
import type { PublicationService } from '../publications/publication-service.ts';
import type { Chain, ChainRun } from './chain.ts';
import { linkPlace } from './chain-engine.ts';
import type { ChainStore } from './chain-store.ts';
import { gatherVerdict, labelsOf } from './gather.ts';

export const runsShownMax = 10;

export interface ChainViewsComponents {
  store: Pick<ChainStore, 'runs'>;
  publications: Pick<PublicationService, 'find'>;
  watches: Pick<WatchStore, 'of'>;
  artifacts: Pick<ArtifactStore, 'get'>;
}

/** What people see of chains: how far each run has come, and what it waits for. */
export class ChainViews {
  readonly #components: ChainViewsComponents;

  constructor(components: ChainViewsComponents) {
    this.#components = components;
  }

  async chain(chain: Chain): Promise<ChainView> {
    const { guildId, id, name, trigger, title, body, tags, links } = chain;
    const runs: ChainRunView[] = [];
    for (const run of await this.#components.store.runs(id, runsShownMax))
      runs.push(await this.run(run, chain));
    const watch = await this.#components.watches.of(id);
    return {
      guildId,
      id,
      name,
      trigger,
      title,
      body,
      tags,
      links,
      runs,
      ...(watch && { watch: watchView(watch) }),
    };
  }

  async run(run: ChainRun, chain: Chain): Promise<ChainRunView> {
    const links: ChainRunView['links'] = [];
    let waitsFor: string | undefined;
    for (const [index, link] of chain.links.entries()) {
      const publicationId = run.publications[index];
      const publication =
        publicationId === undefined
          ? undefined
          : await this.#components.publications.find(run.guildId, publicationId);
      if (index === run.link && publication) waitsFor = waitReason(publication.deliveries);
      const planned = link.targets.map((target) => ({ target, id: '', state: 'waiting' }));
      links.push({
        ...(publicationId === undefined ? {} : { publicationId }),
        deliveries: publication?.deliveries.map(placeOf) ?? planned,
      });
    }
    const { id, label, state, startedAtMs, updatedAtMs } = run;
    const place = linkPlace(run, chain);
    const gathers =
      state === 'gathering'
        ? gatherVerdict(chain, run, await labelsOf(this.#components.artifacts, run), run.updatedAtMs).reason
        : undefined;
    const reason =
      run.reason ?? gathers ?? (state === 'running' && waitsFor ? `${place}: ${waitsFor}` : undefined);
    return {
      id,
      label,
      state,
      links,
      startedAtMs,
      updatedAtMs,
      link: run.link + 1,
      ...(reason === undefined ? {} : { reason }),
    };
  }
}

function watchView({ place, checkedAtMs, nextAtMs, failure }: Watch): ChainView['watch'] {
  return {
    place,
    ...(checkedAtMs !== undefined && { checkedAtMs }),
    ...(nextAtMs !== undefined && { nextAtMs }),
    ...(failure && { problem: { code: failure.code, text: failure.text, sinceMs: failure.sinceMs } }),
  };
}

function placeOf({ target, id, state, url }: DeliveryView) {
  return { target, id, state, ...(url === undefined ? {} : { url }) };
}

/** Why deliveries that are neither finished nor in need of a decision are waiting. */
function waitReason(deliveries: readonly DeliveryView[]): string | undefined {
  for (const delivery of deliveries) {
    const reason = delivery.state === 'done' ? undefined : waitReasonOf(delivery);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function waitReasonOf({ target, state, paused, approvals, attempts }: DeliveryView): string | undefined {
  if (paused !== undefined) return `${target} is held: ${paused}`;
  if (state === 'awaiting-approval') {
    const missingCount = approvals.needed - approvals.given;
    return `${target} waits for ${missingCount} approval${missingCount === 1 ? '' : 's'}`;
  }
  if (state === 'unknown') return `no answer came from ${target}; it is looked up whether it landed`;
  return state === 'pending' && attempts > 0
    ? `${target} is tried again after ${attempts} attempt${attempts === 1 ? '' : 's'}`
    : undefined;
}
