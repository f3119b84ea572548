import {
  milestoneAdd,
  milestoneDone,
  milestoneEdit,
  milestoneList,
  milestoneRemove,
  milestoneShow,
} from '#contracts/actions/scheduling.ts';
import type { Command, CommandContext, CommandInput, View } from '#contracts/command.ts';
import { integerOption, slashCommand, subcommand, suggestedOption, textOption } from '../definition.ts';
import { commandErrors } from '../errors.ts';
import {
  suggestArtifacts,
  suggestMilestones,
  suggestTargets,
  suggestZones,
} from '../publishing-suggestions.ts';
import { given, listOf, momentOf } from '../words.ts';
import { milestoneCard, milestonesView } from './view.ts';

const aMilestone = suggestedOption('milestone', 'A milestone of this server', {
  required: true,
  lengthMax: 64,
});
const offsets = textOption('posts', 'When to post: -7d, -1d, 0, done', { lengthMax: 100 });
const artifact = suggestedOption('artifact', 'An artifact that goes with its posts', { lengthMax: 64 });
const description = textOption('description', 'What it is about, in Markdown', { lengthMax: 4_000 });

export const milestone: Command = {
  definition: slashCommand('milestone', 'Points of the project, and the posts before and at them', [
    subcommand('add', 'Name a point of the project and plan its posts', [
      textOption('title', 'What is reached', { required: true, lengthMax: 200 }),
      textOption('at', 'When: 2026-12-24 18:00', { required: true, lengthMax: 20 }),
      suggestedOption('zone', 'The zone that time is meant in: Europe/Berlin', {
        required: true,
        lengthMax: 64,
      }),
      suggestedOption('targets', 'Where its posts go: names with commas', { required: true, lengthMax: 700 }),
      description,
      offsets,
      artifact,
    ]),
    subcommand('edit', 'Change a milestone; posts that are still pending move with it', [
      aMilestone,
      textOption('title', 'What is reached', { lengthMax: 200 }),
      textOption('at', 'When: 2026-12-24 18:00', { lengthMax: 20 }),
      suggestedOption('zone', 'The zone of that time (default: as before)', { lengthMax: 64 }),
      suggestedOption('targets', 'Where its posts go: names with commas', { lengthMax: 700 }),
      description,
      offsets,
      artifact,
      integerOption('progress', 'Percent that is done', { min: 0, max: 100 }),
    ]),
    subcommand('list', 'List milestones, the nearest open one first', [
      textOption('search', 'Words of the title', { lengthMax: 200 }),
    ]),
    subcommand('show', 'Show one milestone with its planned posts', [aMilestone]),
    subcommand('done', 'Mark a milestone as reached: its completion post goes out', [aMilestone]),
    subcommand('remove', 'Cancel a milestone: what is still pending is withdrawn', [aMilestone]),
  ]),
  replyMode: ({ subcommand }) => (subcommand === 'done' ? 'public' : 'ephemeral'),
  optionOf: { id: 'milestone', artifacts: 'artifact', offsets: 'posts', progressPercent: 'progress' },
  run,
  autocomplete: (context, { focused }) => {
    const typed = focused?.value ?? '';
    if (focused?.name === 'zone') return suggestZones(typed);
    if (focused?.name === 'targets') return suggestTargets(context, typed);
    if (focused?.name === 'artifact') return suggestArtifacts(context, typed);
    return suggestMilestones(context, typed);
  },
  components: {
    refresh: { mode: 'update', run: async (context, { data }) => show(context, data) },
    reached: {
      mode: 'update',
      run: async (context, { data }) =>
        milestoneCard(
          context,
          'Reached',
          await context.perform(milestoneDone, { guildId: context.guildId, id: data }),
        ),
    },
  },
};

async function run(context: CommandContext, { subcommand, options }: CommandInput): Promise<View> {
  const { guildId } = context;
  const one = { guildId, id: String(options.milestone ?? '') };
  switch (subcommand) {
    case 'add':
      return add(context, options);
    case 'edit':
      return edit(context, options);
    case 'show':
      return show(context, one.id);
    case 'done':
      return milestoneCard(context, 'Reached', await context.perform(milestoneDone, one));
    case 'remove':
      return milestoneCard(context, 'Cancelled', await context.perform(milestoneRemove, one));
    default:
      return milestonesView(
        await context.perform(milestoneList, { guildId, ...given({ search: options.search?.toString() }) }),
      );
  }
}

async function show(context: CommandContext, id: string): Promise<View> {
  const milestone = await context.perform(milestoneShow, { guildId: context.guildId, id });
  return milestoneCard(context, 'Milestone', milestone);
}

async function add(context: CommandContext, options: CommandInput['options']): Promise<View> {
  const at = momentOf(options.at, options.zone);
  if (!at) throw commandErrors.DISCORD_TIME_UNREADABLE({ text: '' });
  const added = await context.perform(milestoneAdd, {
    guildId: context.guildId,
    title: String(options.title ?? ''),
    at,
    targets: listOf(options.targets),
    ...fieldsOf(options),
  });
  return milestoneCard(context, 'Added', added);
}

async function edit(context: CommandContext, options: CommandInput['options']): Promise<View> {
  const one = { guildId: context.guildId, id: String(options.milestone ?? '') };
  const zone =
    options.zone ?? (options.at === undefined ? undefined : (await context.perform(milestoneShow, one)).zone);
  const changed = await context.perform(milestoneEdit, {
    ...one,
    ...fieldsOf(options),
    ...given({
      title: options.title?.toString(),
      at: momentOf(options.at, zone),
      targets: options.targets === undefined ? undefined : listOf(options.targets),
      progressPercent: options.progress as number | undefined,
    }),
  });
  return milestoneCard(context, 'Changed', changed);
}

function fieldsOf(options: CommandInput['options']) {
  return given({
    description: options.description?.toString(),
    offsets: options.posts === undefined ? undefined : listOf(options.posts),
    artifacts: options.artifact === undefined ? undefined : [String(options.artifact)],
  });
}
