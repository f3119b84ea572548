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
import type { Command, CommandContext, CommandInput, View } from '#contracts/command.ts';
import {
  choiceOption,
  integerOption,
  slashCommand,
  subcommand,
  suggestedOption,
  textOption,
} from '../definition.ts';
import { commandErrors } from '../errors.ts';
import { chosenArtifacts } from '../publish/chosen-artifacts.ts';
import { suggestArtifacts, suggestChains } from '../publishing-suggestions.ts';
import { matching } from '../suggestions.ts';
import { given, listOf } from '../words.ts';
import { chainCard, chainsView, runCard } from './view.ts';

const aChain = suggestedOption('chain', 'A chain of this server', { required: true, lengthMax: 32 });

export const chain: Command = {
  definition: slashCommand('chain', 'One event publishes in links, each with the addresses of the earlier', [
    subcommand('add', 'Let one event publish in links', [
      textOption('name', 'What it is called: letters, digits, dashes', { required: true, lengthMax: 32 }),
      choiceOption('on', 'What starts it', [
        { name: 'an artifact arrives', value: 'artifact' },
        { name: 'a milestone is reached', value: 'milestone' },
        { name: 'a release is published on GitHub', value: 'release' },
        { name: 'a feed (RSS, Atom) has a new entry', value: 'feed' },
        { name: 'only /chain run', value: 'manual' },
      ]),
      textOption('links', 'Targets link by link: archive > github > news, x', {
        required: true,
        lengthMax: 1_000,
      }),
      textOption('match', 'Which artifacts, milestones, tags or entries: * and ? stand for anything', {
        lengthMax: 200,
      }),
      textOption('from', 'Of releases the repository, owner/name; of entries the feed’s address', {
        lengthMax: 1_000,
      }),
      choiceOption(
        'prereleases',
        'Of releases on GitHub: whether pre-releases start it, too (default: they do)',
        [
          { name: 'start it, too', value: 'include' },
          { name: 'start it when they become a release', value: 'skip' },
        ],
        { required: false },
      ),
      textOption('title', 'May hold {label}, which it is by default', { lengthMax: 300 }),
      textOption('body', 'May hold {label}, {description}, and {receipts}: where it landed so far', {
        lengthMax: 4_000,
      }),
      textOption('tags', 'Tags with commas between them', { lengthMax: 1_300 }),
      choiceOption(
        'files',
        'Which links the artifacts go with (default: all but the last of several)',
        [
          { name: 'all but the last link, which leads to them', value: 'not-last' },
          { name: 'every link', value: 'every' },
        ],
        { required: false },
      ),
      integerOption('gather', 'Files of one version go as one: minutes without another until they do', {
        min: 1,
        max: 1_440,
      }),
      textOption('expect', 'Or when all these have come: app-{version}-linux.tgz, app-{version}.sha256', {
        lengthMax: 2_000,
      }),
    ]),
    subcommand('list', 'The chains of this server with their latest runs'),
    subcommand('show', 'Show a chain and how far its runs have come', [aChain]),
    subcommand('run', 'Start a chain by hand', [
      aChain,
      textOption('label', 'What {label} stands for', { required: true, lengthMax: 200 }),
      textOption('description', 'What {description} stands for', { lengthMax: 4_000 }),
      suggestedOption('artifact', 'An artifact to publish with it, or a pattern of labels: app-1.2.0-*', {
        lengthMax: 200,
      }),
    ]),
    subcommand('resume', 'Let a stopped run go on where it stopped', [
      aChain,
      suggestedOption('run', 'A run of that chain', { required: true, lengthMax: 64 }),
    ]),
    subcommand('remove', 'Remove a chain: its runs go no further', [aChain]),
  ]),
  replyMode: 'ephemeral',
  optionOf: {
    trigger: 'on',
    'trigger.kind': 'on',
    'trigger.repository': 'from',
    'trigger.url': 'from',
    'trigger.label': 'match',
    'trigger.tag': 'match',
    'trigger.title': 'match',
    'trigger.gather.quietMinutes': 'gather',
    'trigger.gather.expected': 'expect',
    runId: 'run',
  },
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
  components: {
    refresh: {
      mode: 'update',
      run: (context, { data }) => show(context, data),
    },
    resume: {
      mode: 'update',
      run: (context, { data }) => resume(context, data),
    },
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
          ...{ kind, repository: repositoryIn(place), tag: match },
          ...given({ prereleases: prereleases as 'include' | 'skip' | undefined }),
        };
  }
  return kind === 'milestone' ? { kind, title: match } : { kind: 'manual' };
}

/** People copy the address of the page. */
function repositoryIn(typed: string): string {
  return /^https:\/\/github\.com\/([^/\s]+\/[^/\s?#]+)/i.exec(typed)?.[1]?.replace(/\.git$/, '') ?? typed;
}
