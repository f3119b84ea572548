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
import type { CommandCode, CommandContext, CommandInput, View } from '#contracts/command.ts';
import { commandErrors } from '../errors.ts';
import { isArtifactOption, namesArtifacts } from '../publish/artifact-options.ts';
import { chosenArtifacts } from '../publish/chosen-artifacts.ts';
import {
  suggestArtifacts,
  suggestSchedules,
  suggestTargets,
  suggestZones,
} from '../publishing-suggestions.ts';
import { askingTimes, asOneLine, momentOf, suggestTimes, zoneOf } from '../times.ts';
import { given, listOf, numberOf } from '../words.ts';
import { removedView, runsView, scheduleCard, schedulesView } from './view.ts';

const minuteMs = 60_000;

const asking = askingTimes(run);

export const code: CommandCode = {
  run: asking.run,
  autocomplete: (context, input) => {
    const { focused } = input;
    if (focused?.name === 'at') return suggestTimes(context, input);
    const typed = focused?.value ?? '';
    if (focused?.name === 'zone') return suggestZones(typed);
    if (isArtifactOption(focused?.name)) return suggestArtifacts(context, typed);
    if (focused?.name === 'targets') return suggestTargets(context, typed);
    return suggestSchedules(context, typed);
  },
  controls: {
    ...asking.controls,
    pause: (context, { data }) => hold(context, data, true),
    resume: (context, { data }) => hold(context, data, false),
    remove: (context, { data }) => remove(context, data),
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
      const rule = await ruleOf(context, options);
      const count = given({ count: numberOf(options.count) });
      const { next } = await context.perform(schedulePreview, { guildId, rule, ...count });
      return runsView(rule.kind === 'once' ? asOneLine(rule.at) : `${rule.expression} ${rule.zone}`, next);
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
    rule: await ruleOf(context, options),
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
    guildId: context.guildId,
    id: String(id ?? ''),
    ...(isTimed && { rule: await ruleOf(context, options) }),
    ...(Object.keys(content).length > 0 && { content }),
    ...(targets !== undefined && { targets: listOf(targets) }),
  };
}

/** Throws DISCORD_TIME_AND_CRON, DISCORD_TIME_UNREADABLE for now, DISCORD_ZONE_MISSING. */
async function ruleOf(
  context: CommandContext,
  { at, cron, zone }: CommandInput['options'],
): Promise<z.input<typeof scheduleRule>> {
  if ((cron === undefined) === (at === undefined)) throw commandErrors.DISCORD_TIME_AND_CRON();
  if (cron !== undefined)
    return { kind: 'cron', expression: String(cron), zone: await zoneOf(context, zone) };
  const once = await momentOf(context, at, zone);
  if (!once) throw commandErrors.DISCORD_TIME_UNREADABLE({ text: String(at) });
  return { kind: 'once', at: once };
}
