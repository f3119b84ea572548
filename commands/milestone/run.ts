import {
  milestoneAdd,
  milestoneDone,
  milestoneEdit,
  milestoneList,
  milestoneRemove,
  milestoneShow,
} from '#contracts/actions/scheduling.ts';
import type { CommandCode, CommandContext, CommandInput, View } from '#contracts/command.ts';
import { commandErrors } from '../errors.ts';
import {
  suggestArtifacts,
  suggestMilestones,
  suggestTargets,
  suggestZones,
} from '../publishing-suggestions.ts';
import { askingTimes, momentOf, suggestTimes } from '../times.ts';
import { given, listOf, numberOf } from '../words.ts';
import { milestoneCard, milestonesView } from './view.ts';

const asking = askingTimes(run);

export const code: CommandCode = {
  run: asking.run,
  autocomplete: (context, input) => {
    const { focused } = input;
    if (focused?.name === 'at') return suggestTimes(context, input);
    const typed = focused?.value ?? '';
    if (focused?.name === 'zone') return suggestZones(typed);
    if (focused?.name === 'targets') return suggestTargets(context, typed);
    if (focused?.name === 'artifact') return suggestArtifacts(context, typed);
    return suggestMilestones(context, typed);
  },
  controls: {
    ...asking.controls,
    refresh: async (context, { data }) => show(context, data),
    reached: async (context, { data }) =>
      milestoneCard(
        context,
        'Reached',
        await context.perform(milestoneDone, { guildId: context.guildId, id: data }),
      ),
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
  const at = await momentOf(context, options.at, options.zone);
  if (!at) throw commandErrors.DISCORD_TIME_UNREADABLE({ text: String(options.at ?? '') });
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
      at: await momentOf(context, options.at, zone),
      targets: options.targets === undefined ? undefined : listOf(options.targets),
      progressPercent: numberOf(options.progress),
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
