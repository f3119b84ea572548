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
import { withZone } from '../guild-zone.ts';
import { isArtifactOption, namesArtifacts } from '../publish/artifact-options.ts';
import { chosenArtifacts } from '../publish/chosen-artifacts.ts';
import {
  suggestArtifacts,
  suggestSchedules,
  suggestTargets,
  suggestZones,
} from '../publishing-suggestions.ts';
import { given, listOf, momentOf, numberOf } from '../words.ts';
import { removedView, runsView, scheduleCard, schedulesView } from './view.ts';

const minuteMs = 60_000;

export const code: CommandCode = {
  run,
  autocomplete: (context, { focused }) => {
    const typed = focused?.value ?? '';
    if (focused?.name === 'zone') return suggestZones(typed);
    if (isArtifactOption(focused?.name)) return suggestArtifacts(context, typed);
    if (focused?.name === 'targets') return suggestTargets(context, typed);
    return suggestSchedules(context, typed);
  },
  controls: {
    pause: (context, { data }) => hold(context, data, true),
    resume: (context, { data }) => hold(context, data, false),
    remove: (context, { data }) => remove(context, data),
  },
};

async function run(context: CommandContext, { subcommand, options: typed }: CommandInput): Promise<View> {
  const { guildId } = context;
  const options = await withZone(context, typed);
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
      const count = given({ count: numberOf(options.count) });
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
    guildId: context.guildId,
    id: String(id ?? ''),
    ...(isTimed && { rule: ruleOf(options) }),
    ...(Object.keys(content).length > 0 && { content }),
    ...(targets !== undefined && { targets: listOf(targets) }),
  };
}

/** Throws DISCORD_TIME_AND_CRON, DISCORD_ZONE_MISSING. */
function ruleOf({ cron, at, zone }: CommandInput['options']): z.input<typeof scheduleRule> {
  const once = momentOf(at, zone);
  if ((cron === undefined) === (once === undefined)) throw commandErrors.DISCORD_TIME_AND_CRON();
  if (once) return { kind: 'once', at: once };
  if (!zone) throw commandErrors.DISCORD_ZONE_MISSING();
  return { kind: 'cron', expression: String(cron), zone: String(zone) };
}
