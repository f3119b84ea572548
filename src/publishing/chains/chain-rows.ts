/** Chains and their runs as rows, and back: what this service wrote itself. */
import type { ChainRunTable, ChainTable } from '../tables/publishing.ts';
import type { Chain, ChainLink, ChainRun } from './chain.ts';

export function rowOf(chain: Chain): ChainTable {
  const { title, body, tags } = chain;
  return {
    id: chain.id,
    guild_id: chain.guildId,
    name: chain.name,
    trigger: JSON.stringify(chain.trigger),
    content: JSON.stringify({ title, body, tags }),
    links: JSON.stringify(chain.links),
    created_by: chain.createdBy,
    created_at_ms: chain.createdAtMs,
    removed_at_ms: null,
    run_count: 0,
  };
}

export function chainOf(row: ChainTable): Chain {
  return {
    id: row.id,
    guildId: row.guild_id,
    name: row.name,
    trigger: triggerOf(row),
    ...contentOf(row),
    // Links stored before there was this choice sent their artifacts along.
    links: linksOf(row).map((link) => ({
      ...link,
      withArtifacts: link.withArtifacts ?? true,
    })),
    createdBy: row.created_by,
    createdAtMs: row.created_at_ms,
    removed: row.removed_at_ms !== null,
  };
}

/** Stored before there was this choice, it starts with pre-releases, too. */
function triggerOf({ trigger }: ChainTable): Chain['trigger'] {
  const kept: Chain['trigger'] = JSON.parse(trigger);
  return kept.kind === 'release' ? { ...kept, prereleases: kept.prereleases ?? 'include' } : kept;
}

function contentOf({ content }: ChainTable): Pick<Chain, 'title' | 'body' | 'tags'> {
  return JSON.parse(content);
}

function linksOf({ links }: ChainTable): ChainLink[] {
  return JSON.parse(links);
}

export function runRowOf(run: ChainRun): ChainRunTable {
  return {
    id: run.id,
    chain_id: run.chainId,
    guild_id: run.guildId,
    cause: run.cause,
    label: run.label,
    description: run.description,
    artifacts: JSON.stringify(run.artifacts),
    state: run.state,
    link: run.link,
    publications: JSON.stringify(run.publications),
    receipts: JSON.stringify(run.receipts),
    reason: run.reason ?? null,
    started_at_ms: run.startedAtMs,
    updated_at_ms: run.updatedAtMs,
    facts: JSON.stringify(run.facts),
  };
}

export function runOf(row: ChainRunTable): ChainRun {
  return {
    id: row.id,
    chainId: row.chain_id,
    guildId: row.guild_id,
    cause: row.cause,
    label: row.label,
    description: row.description,
    artifacts: JSON.parse(row.artifacts),
    state: row.state,
    link: row.link,
    publications: JSON.parse(row.publications),
    receipts: JSON.parse(row.receipts),
    reason: row.reason ?? undefined,
    startedAtMs: row.started_at_ms,
    updatedAtMs: row.updated_at_ms,
    facts: JSON.parse(row.facts),
  };
}
