import { artifactArchiveThread, artifactList } from '#contracts/actions/artifacts.ts';
import { type TargetView, targetList } from '#contracts/actions/targets.ts';
import type { Command, CommandContext, CommandInput, View } from '#contracts/command.ts';
import { messageCommand, slashCommand, subcommand, suggestedOption, textOption } from '../definition.ts';
import { pickTarget } from '../pick-target.ts';
import { publicationControls } from '../publish/controls.ts';
import { showPreview } from '../publish/draft.ts';
import { suggestArtifacts, suggestTarget } from '../publishing-suggestions.ts';
import { keptThreadView } from './view.ts';

const publisherId = 'archive-org';
const target = suggestedOption('target', 'Which archive.org target, where there are several', {
  lengthMax: 32,
});

export const archive: Command = {
  definition: slashCommand('archive', 'Keep pages, files and threads for good', [
    subcommand('url', 'Let the Wayback Machine keep a page', [
      textOption('url', 'The address of the page', { required: true, lengthMax: 2_000 }),
      target,
    ]),
    subcommand('artifact', 'Put an artifact into an archive.org item', [
      suggestedOption('artifact', 'An artifact of this server', { required: true, lengthMax: 64 }),
      textOption('title', 'The item’s title (default: the artifact’s label)', { lengthMax: 300 }),
      textOption('description', 'The item’s description, in Markdown', { lengthMax: 4_000 }),
      target,
    ]),
    subcommand('thread', 'Keep the thread you are in, as a page that needs nothing else and as JSON', [
      target,
    ]),
  ]),
  replyMode: 'ephemeral',
  optionOf: {
    targets: 'target',
    'content.link': 'url',
    'content.media': 'artifact',
    'content.media.cid': 'artifact',
  },
  run,
  autocomplete: (context, { subcommand, focused }) => {
    const typed = focused?.value ?? '';
    if (focused?.name === 'artifact') return suggestArtifacts(context, typed);
    return suggestTarget(context, typed, subcommand === 'url' ? keepsPages : keepsFiles);
  },
  ...publicationControls,
  onMessage: [
    {
      definition: messageCommand('Archive this thread'),
      replyMode: 'ephemeral',
      run: (context) => archiveThread(context, undefined),
    },
  ],
};

async function run(context: CommandContext, { subcommand, options }: CommandInput): Promise<View> {
  const name = options.target?.toString();
  switch (subcommand) {
    case 'url': {
      const link = String(options.url ?? '');
      const wanted = {
        name,
        what: 'pages',
        publisher: publisherId,
        options: 'kind=save-page',
        fits: keepsPages,
      };
      return showPreview(context, {
        targets: [await pickTarget(context, wanted)],
        content: { title: URL.canParse(link) ? new URL(link).host : 'A page', link },
      });
    }
    case 'artifact':
      return archiveArtifact(context, options);
    default:
      return archiveThread(context, name);
  }
}

async function archiveArtifact(context: CommandContext, options: CommandInput['options']): Promise<View> {
  const cid = String(options.artifact ?? '').toLowerCase();
  const target = await pickTarget(context, itemTarget(options.target?.toString()));
  const { artifacts } = await context.perform(artifactList, { guildId: context.guildId, limit: 100 });
  const label = artifacts.find((artifact) => artifact.cid === cid)?.label;
  return showPreview(context, {
    targets: [target],
    content: {
      title: String(options.title ?? label ?? 'An artifact'),
      body: String(options.description ?? ''),
      media: [{ cid }],
    },
  });
}

/** Always stored here; offered to archive.org where there is a target for it. */
async function archiveThread(context: CommandContext, name: string | undefined): Promise<View> {
  const { guildId } = context;
  const channelId = context.actor.channelId ?? '';
  const kept = await context.perform(artifactArchiveThread, { guildId, channelId });
  const { targets } = await context.perform(targetList, { guildId });
  const target = name ?? targets.find(keepsFiles)?.name;
  if (target === undefined) return keptThreadView(kept);
  return showPreview(context, {
    targets: [target],
    content: {
      title: kept.title,
      body: `A thread of ${kept.messageCount} messages${kept.isCut ? '; the newest are left out' : ''}.`,
      link: kept.url,
      media: kept.artifacts.map(({ cid }) => ({ cid })),
    },
  });
}

function itemTarget(name: string | undefined) {
  return { name, what: 'files', publisher: publisherId, options: 'kind=item project=NAME', fits: keepsFiles };
}

function keepsPages({ publisher, options }: TargetView): boolean {
  return publisher === publisherId && options.kind === 'save-page';
}

function keepsFiles({ publisher, options }: TargetView): boolean {
  return publisher === publisherId && options.kind === 'item';
}
