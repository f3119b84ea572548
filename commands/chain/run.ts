import type { z } from 'zod';
import {
  chainAdd,
  type chainGather,
  type chainLink,
  chainList,
  chainRemove,
  chainRun,
  chainShow,
  type chainTrigger,
} from '#contracts/actions/chains.ts';
import type { CommandCode, CommandContext, CommandInput, View } from '#contracts/command.ts';
import { commandErrors } from '../errors.ts';
import { chosenArtifacts } from '../publish/chosen-artifacts.ts';
import { suggestArtifacts, suggestChains } from '../publishing-suggestions.ts';
import { matching } from '../suggestions.ts';
import { given, listOf } from '../words.ts';
import { chainCard, chainsView, runCard } from './view.ts';

export const code: CommandCode = {
  run,
  autocomplete: async (context, { focused, options }) => {
    const typed = focused?.value ?? '';
    if (focused?.name === 'artifact') return suggestArtifacts(context, typed);
    if (focused?.name !== 'run') return suggestChains(context, typed);
    const { chains } = await context.perform(chainList, { guildId: context.guildId });
    const stopped = chains
      .filter(({ name }) => options.chain === undefined || name === options.chain)
      .flatMap(({ runs }) => runs.filter(({ state }) => state === 'stopped'));
    return matching(
      stopped.map(({ id, label, reason }) => ({
        name: [label, reason].filter(Boolean).join(' · '),
        value: id,
      })),
      typed,
    );
  },
  controls: {
    refresh: (context, { data }) => show(context, data),
    resume: (context, { data }) => resume(context, data),
  },
};

async function run(context: CommandContext, { subcommand, options }: CommandInput): Promise<View> {
  const { guildId } = context;
  const one = { guildId, chain: String(options.chain ?? '') };
  switch (subcommand) {
    case 'add':
      return chainCard(context, 'Added', await context.perform(chainAdd, addition(guildId, options)));
    case 'show':
      return show(context, one.chain);
    case 'remove':
      return chainCard(context, 'Removed', await context.perform(chainRemove, one));
    case 'run': {
      const started = await context.perform(chainRun, {
        ...one,
        kind: 'start',
        label: String(options.label ?? ''),
        ...given({ description: options.description?.toString() }),
        artifacts: (await chosenArtifacts(context, options)).map(({ cid }) => cid),
      });
      return runCard(one.chain, started);
    }
    case 'resume': {
      const resumed = { ...one, kind: 'resume', runId: String(options.run ?? '') } as const;
      return runCard(one.chain, await context.perform(chainRun, resumed));
    }
    default:
      return chainsView(await context.perform(chainList, { guildId }));
  }
}

async function show(context: CommandContext, name: string): Promise<View> {
  const shown = await context.perform(chainShow, { guildId: context.guildId, chain: name });
  return chainCard(context, 'Chain', shown);
}

/** A run is identified by its id alone: with the chain's name it would not fit into a button. */
async function resume(context: CommandContext, runId: string): Promise<View> {
  const { chains } = await context.perform(chainList, { guildId: context.guildId });
  const name = chains.find(({ runs }) => runs.some(({ id }) => id === runId))?.name ?? '';
  await context.perform(chainRun, { guildId: context.guildId, chain: name, kind: 'resume', runId });
  return show(context, name);
}

/** The action's own input checks this. */
function addition(guildId: string, options: CommandInput['options']): z.input<typeof chainAdd.input> {
  return {
    guildId,
    name: String(options.name ?? ''),
    trigger: triggerOf(options, gatherOf(options)),
    links: linksOf(options),
    tags: listOf(options.tags),
    ...given({ title: options.title?.toString(), body: options.body?.toString() }),
  };
}

/** A file is stored where it is archived or released; a post at the end links to it. */
function linksOf({ links, files }: CommandInput['options']): z.input<typeof chainLink>[] {
  const all = String(links ?? '').split('>');
  return all.map((targets, index) => ({
    targets: listOf(targets),
    withArtifacts: files === 'every' || all.length === 1 || index < all.length - 1,
  }));
}

function gatherOf({ gather, expect }: CommandInput['options']): z.input<typeof chainGather> | undefined {
  if (gather === undefined && expect === undefined) return undefined;
  const expected = listOf(expect);
  return {
    ...(gather !== undefined && { quietMinutes: Number(gather) }),
    ...(expected.length > 0 && { expected }),
  };
}

function triggerOf(
  { on: kind, match: typed, from, prereleases }: CommandInput['options'],
  gather: z.input<typeof chainGather> | undefined,
): z.input<typeof chainTrigger> {
  const match = String(typed ?? '*');
  if (gather && kind !== 'artifact') throw commandErrors.DISCORD_GATHER_WITHOUT_ARTIFACTS();
  if (prereleases !== undefined && kind !== 'release')
    throw commandErrors.DISCORD_PRERELEASES_WITHOUT_RELEASES();
  if (kind === 'artifact') return { kind, label: match, ...(gather && { gather }) };
  if (kind === 'release' || kind === 'feed') {
    if (from === undefined) throw commandErrors.DISCORD_CHAIN_WITHOUT_PLACE({ kind });
    const place = String(from).trim();
    return kind === 'feed'
      ? { kind, url: place, title: match }
      : {
          kind,
          repository: repositoryIn(place),
          tag: match,
          ...given({ prereleases: prereleases as 'include' | 'skip' | undefined }),
        };
  }
  return kind === 'milestone' ? { kind, title: match } : { kind: 'manual' };
}

/** People copy the address of the page. */
function repositoryIn(typed: string): string {
  return /^https:\/\/github\.com\/([^/\s]+\/[^/\s?#]+)/i.exec(typed)?.[1]?.replace(/\.git$/, '') ?? typed;
}
