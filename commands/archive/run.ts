import { artifactArchiveThread, artifactList } from '#contracts/actions/artifacts.ts';
import { type TargetView, targetList } from '#contracts/actions/targets.ts';
import type { CommandCode, CommandContext, CommandInput, View } from '#contracts/command.ts';
import { pickTarget } from '../pick-target.ts';
import { publicationControls } from '../publish/controls.ts';
import { showPreview } from '../publish/draft.ts';
import { suggestArtifacts, suggestTarget } from '../publishing-suggestions.ts';
import { keptThreadView } from './view.ts';

const publisherId = 'archive-org';

export const code: CommandCode = {
  run,
  autocomplete: (context, { subcommand, focused }) => {
    const typed = focused?.value ?? '';
    if (focused?.name === 'artifact') return suggestArtifacts(context, typed);
    return suggestTarget(context, typed, subcommand === 'url' ? keepsPages : keepsFiles);
  },
  ...publicationControls,
  onMessage: { 'Archive this thread': (context) => archiveThread(context, undefined) },
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
        called: 'wayback',
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
      title: String(options.title ?? label ?? 'A file'),
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
  return {
    name,
    what: 'files',
    publisher: publisherId,
    called: 'archive',
    options: 'kind=item project=NAME',
    fits: keepsFiles,
  };
}

function keepsPages({ publisher, options }: TargetView): boolean {
  return publisher === publisherId && options.kind === 'save-page';
}

function keepsFiles({ publisher, options }: TargetView): boolean {
  return publisher === publisherId && options.kind === 'item';
}
