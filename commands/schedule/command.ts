import type { z } from 'zod';
import {
  type misfirePolicy,
  scheduleAdd,
  scheduleEdit,
  scheduleList,
  schedulePause,
  schedulePreview,
  scheduleRemove,
  type scheduleRule,
} from '#contracts/actions/scheduling.ts';
import type { Command, CommandContext, CommandInput, View } from '#contracts/command.ts';
import {
  choiceOption,
  flagOption,
  integerOption,
  slashCommand,
  subcommand,
  suggestedOption,
  textOption,
} from '../definition.ts';
import { commandErrors } from '../errors.ts';
import {
  artifactOptions,
  chosenArtifacts,
  isArtifactOption,
  namesArtifacts,
} from '../publish/chosen-artifacts.ts';
import {
  suggestArtifacts,
  suggestSchedules,
  suggestTargets,
  suggestZones,
} from '../publishing-suggestions.ts';
import { given, listOf, momentOf } from '../words.ts';
import { removedView, runsView, scheduleCard, schedulesView } from './view.ts';

const minuteMs = 60_000;

const aSchedule = suggestedOption('schedule', 'A schedule of this server', { required: true, lengthMax: 64 });
const zone = suggestedOption('zone', 'The zone its times are meant in: Europe/Berlin', {
  required: true,
  lengthMax: 64,
});
const cron = textOption('cron', 'Again and again: minute hour day month weekday, such as 0 18 * * FRI', {
  lengthMax: 120,
});
const at = textOption('at', 'Once: 2026-12-24 18:00', { lengthMax: 20 });

export const schedule: Command = {
  definition: slashCommand('schedule', 'Publish again and again, or once at a time', [
    subcommand('add', 'Plan a publication, or the digest of milestones', [
      textOption('title', 'What it publishes', { required: true, lengthMax: 300 }),
      suggestedOption('targets', 'Where to: names with commas between them', {
        required: true,
        lengthMax: 700,
      }),
      zone,
      cron,
      at,
      textOption('body', 'The text, in Markdown', { lengthMax: 4_000 }),
      textOption('link', 'An address it is about', { lengthMax: 2_000 }),
      textOption('tags', 'Tags with commas between them', { lengthMax: 1_300 }),
      flagOption('digest', 'Publish the digest of open and reached milestones instead'),
      choiceOption(
        'missed',
        'Runs missed while the hub was down (default: once)',
        [
          { name: 'skip them', value: 'skip' },
          { name: 'once: the latest, if it is not too late', value: 'once' },
          { name: 'all, up to a limit', value: 'all' },
        ],
        { required: false },
      ),
      integerOption('grace', 'Minutes a missed run is still worth (default: 15)', { min: 0, max: 10_080 }),
      integerOption('jitter', 'Minutes by which runs may come later (default: 0)', { min: 0, max: 60 }),
      ...artifactOptions,
    ]),
    subcommand('edit', 'Change a schedule: what is not given stays; approvals of what waits are asked anew', [
      aSchedule,
      textOption('title', 'What it publishes', { lengthMax: 300 }),
      suggestedOption('targets', 'Where to: names with commas between them', { lengthMax: 700 }),
      suggestedOption('zone', 'With cron or at: the zone its times are meant in', { lengthMax: 64 }),
      cron,
      at,
      textOption('body', 'The text, in Markdown', { lengthMax: 4_000 }),
      textOption('link', 'An address it is about; - for none', { lengthMax: 2_000 }),
      textOption('tags', 'Tags with commas between them', { lengthMax: 1_300 }),
      ...artifactOptions,
      flagOption('no-files', 'Take the files away'),
    ]),
    subcommand('list', 'The schedules of this server with their next runs'),
    subcommand('pause', 'Hold a schedule', [aSchedule]),
    subcommand('resume', 'Let a schedule go on', [aSchedule]),
    subcommand('remove', 'Remove a schedule; what it has enqueued stays', [aSchedule]),
    subcommand('preview', 'When a rule would run, also around changes of daylight saving', [
      zone,
      cron,
      at,
      integerOption('count', 'Runs to show (default: 5)', { min: 1, max: 20 }),
    ]),
  ]),
  replyMode: 'ephemeral',
  optionOf: {
    id: 'schedule',
    'rule.expression': 'cron',
    'what.content.media': 'artifact',
    'content.media': 'artifact',
    policy: 'missed',
    graceMs: 'grace',
    jitterMs: 'jitter',
  },
  run,
  autocomplete: (context, { focused }) => {
    const typed = focused?.value ?? '';
    if (focused?.name === 'zone') return suggestZones(typed);
    if (isArtifactOption(focused?.name)) return suggestArtifacts(context, typed);
    if (focused?.name === 'targets') return suggestTargets(context, typed);
    return suggestSchedules(context, typed);
  },
  components: {
    pause: { mode: 'update', run: (context, { data }) => hold(context, data, true) },
    resume: { mode: 'update', run: (context, { data }) => hold(context, data, false) },
    remove: { mode: 'update', run: (context, { data }) => remove(context, data) },
  },
};

async function run(context: CommandContext, { subcommand, options }: CommandInput): Promise<View> {
  const { guildId } = context;
  const id = String(options.schedule ?? '');
  switch (subcommand) {
    case 'add':
      return scheduleCard(
        context,
        'Planned',
        await context.perform(scheduleAdd, await addition(context, options)),
      );
    case 'edit':
      return scheduleCard(
        context,
        'Changed',
        await context.perform(scheduleEdit, await changes(context, options)),
      );
    case 'pause':
      return hold(context, id, true);
    case 'resume':
      return hold(context, id, false);
    case 'remove':
      return remove(context, id);
    case 'preview': {
      const rule = ruleOf(options);
      const count = given({ count: options.count as number | undefined });
      const { next } = await context.perform(schedulePreview, { guildId, rule, ...count });
      return runsView(`${options.cron ?? options.at} ${options.zone}`, next);
    }
    default:
      return schedulesView(await context.perform(scheduleList, { guildId }));
  }
}

async function hold(context: CommandContext, id: string, paused: boolean): Promise<View> {
  const held = await context.perform(schedulePause, { guildId: context.guildId, id, paused });
  return scheduleCard(context, paused ? 'Held' : 'Goes on', held);
}

async function remove(context: CommandContext, id: string): Promise<View> {
  return removedView(await context.perform(scheduleRemove, { guildId: context.guildId, id }));
}

/** The action's own input checks this. */
async function addition(
  context: CommandContext,
  options: CommandInput['options'],
): Promise<z.input<typeof scheduleAdd.input>> {
  const title = String(options.title ?? '');
  const content = {
    title,
    body: String(options.body ?? ''),
    tags: listOf(options.tags),
    ...(options.link !== undefined && { link: String(options.link) }),
    media: await chosenArtifacts(context, options),
  };
  return {
    guildId: context.guildId,
    rule: ruleOf(options),
    what: options.digest === true ? { kind: 'digest', title } : { kind: 'publication', content },
    targets: listOf(options.targets),
    ...given({ policy: options.missed as z.input<typeof misfirePolicy> | undefined }),
    ...(options.grace !== undefined && { graceMs: Number(options.grace) * minuteMs }),
    ...(options.jitter !== undefined && { jitterMs: Number(options.jitter) * minuteMs }),
  };
}

/** Given files replace the earlier ones. */
async function changes(
  context: CommandContext,
  options: CommandInput['options'],
): Promise<z.input<typeof scheduleEdit.input>> {
  const { title, body, link, tags, targets, schedule: id } = options;
  const content = {
    ...given({ title: title?.toString(), body: body?.toString() }),
    ...(tags !== undefined && { tags: listOf(tags) }),
    ...(link !== undefined && { link: link === '-' ? null : String(link) }),
    ...(options['no-files'] === true && { media: [] }),
    ...(namesArtifacts(options) && { media: await chosenArtifacts(context, options) }),
  };
  const isTimed = options.cron !== undefined || options.at !== undefined || options.zone !== undefined;
  return {
    ...{ guildId: context.guildId, id: String(id ?? '') },
    ...(isTimed && { rule: ruleOf(options) }),
    ...(Object.keys(content).length > 0 && { content }),
    ...(targets !== undefined && { targets: listOf(targets) }),
  };
}

/** Throws DISCORD_TIME_AND_CRON. */
function ruleOf({ cron, at, zone }: CommandInput['options']): z.input<typeof scheduleRule> {
  const once = momentOf(at, zone);
  if ((cron === undefined) === (once === undefined)) throw commandErrors.DISCORD_TIME_AND_CRON();
  if (once) return { kind: 'once', at: once };
  return { kind: 'cron', expression: String(cron), zone: String(zone ?? '') };
}
