import type { z } from 'zod';
import type { chainAdd } from '#contracts/actions/chains.ts';
import { publicationContent } from '#contracts/actions/publish.ts';
import { cutGraphemes } from '#core/text/inert.ts';
import { fitted, versionIn } from '#core/text/label-pattern.ts';
import type { Content } from '../drafts/publication-store.ts';
import { receiptNames } from '../drafts/receipt-places.ts';
import type { NewsFacts } from '../news/news-event.ts';

export type ChainInput = z.output<typeof chainAdd.input>;
export type ChainLink = ChainInput['links'][number];

export interface Chain extends ChainInput {
  id: string;
  createdBy: string;
  createdAtMs: number;
  removed: boolean;
}

export interface ChainRun {
  id: string;
  chainId: string;
  guildId: string;
  cause: string;
  label: string;
  description: string;
  /** Content ids. */
  artifacts: string[];
  state: 'gathering' | 'running' | 'stopped' | 'done';
  /** From 0. */
  link: number;
  /** By link. */
  publications: string[];
  /** Addresses of earlier links' results, by target name. */
  receipts: Record<string, string>;
  reason: string | undefined;
  startedAtMs: number;
  updatedAtMs: number;
  facts: RunFacts;
}

export interface RunFacts extends NewsFacts {
  /** Number within its chain, from 1. */
  counter?: number;
}

const titleCharsMax = 300;
const placePattern = /\{(label|version|repository|url|date|counter|description|receipts)\}/g;
type Place = 'label' | 'version' | 'repository' | 'url' | 'date' | 'counter' | 'description' | 'receipts';
const tagCharsMax = 64;

/** The text of one link of a run; `{receipt:…}` is filled in later. A label is never read as a template. */
export function contentOf(chain: Chain, link: ChainLink, run: ChainRun): Content {
  const values: Record<Place, () => string> = {
    label: () => run.label,
    version: () => versionOf(chain, run) ?? '',
    repository: () => run.facts.repository ?? '',
    url: () => run.facts.url ?? '',
    date: () => dateOf(run),
    counter: () => run.facts.counter?.toString() ?? '',
    description: () => run.description,
    receipts: () => receiptLines(run),
  };
  const filled = (text: string) => text.replace(placePattern, (_, name: Place) => values[name]()).trim();
  return publicationContent.parse({
    title: cutGraphemes(filled(link.title ?? chain.title) || run.label, titleCharsMax),
    body: filled(link.body ?? chain.body),
    tags: chain.tags.map((tag) => cutGraphemes(filled(tag), tagCharsMax)).filter(Boolean),
    ...(run.facts.url !== undefined && { link: run.facts.url }),
    media: link.withArtifacts ? run.artifacts.map((cid) => ({ cid })) : [],
  });
}

/**
 * For gathered files the label; else the version that the trigger's pattern finds, or the first that looks like one.
 */
function versionOf({ trigger }: Chain, { label, facts }: ChainRun): string | undefined {
  if (facts.version !== undefined) return facts.version;
  const byPattern = trigger.kind === 'artifact' ? fitted(trigger.label, label)?.version : undefined;
  return byPattern ?? versionIn(label);
}

/** In UTC, as every reader of the text may have another zone. */
function dateOf({ facts, startedAtMs }: ChainRun): string {
  return new Date(facts.atMs ?? startedAtMs).toISOString().slice(0, 10);
}

/** In the order of the links. */
function receiptLines({ receipts }: ChainRun): string {
  return Object.entries(receipts)
    .map(([target, url]) => `${target}: ${url}`)
    .join('\n');
}

function patternsOf(trigger: ChainInput['trigger']): string[] {
  if (trigger.kind === 'artifact') return [trigger.label, ...(trigger.gather?.expected ?? [])];
  if (trigger.kind === 'release') return [trigger.tag];
  return trigger.kind === 'feed' ? [trigger.title] : [];
}

function patternProblems(trigger: ChainInput['trigger']): string[] {
  return patternsOf(trigger)
    .filter((pattern) => pattern.toLowerCase().split('{version}').length > 2)
    .map((pattern) => `“${pattern}” has {version} more than once`);
}

/** What can't work, whatever happens: each with its place. */
export function chainProblems(input: ChainInput, templates: ReadonlyMap<string, string>): string[] {
  const problems = patternProblems(input.trigger);
  const earlier = new Set<string>();
  for (const [index, link] of input.links.entries()) {
    const place = `link ${index + 1}`;
    const texts = [link.title ?? input.title, link.body ?? input.body];
    const named = [...texts, ...link.targets.map((name) => templates.get(name) ?? '')].flatMap(receiptNames);
    for (const name of new Set(named))
      if (!earlier.has(name))
        problems.push(`${place} wants the receipt of “${name}”, which no earlier link has`);
    for (const name of link.targets) {
      if (earlier.has(name)) problems.push(`${place} has “${name}”, which was there before`);
      earlier.add(name);
    }
  }
  return problems;
}
