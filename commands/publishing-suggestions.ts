import type { APIApplicationCommandOptionChoice } from 'discord-api-types/v10';
import { artifactList } from '#contracts/actions/artifacts.ts';
import { chainList } from '#contracts/actions/chains.ts';
import { deliveryList } from '#contracts/actions/publish.ts';
import { milestoneList, scheduleList } from '#contracts/actions/scheduling.ts';
import { type TargetView, targetList } from '#contracts/actions/targets.ts';
import type { CommandContext } from '#contracts/command.ts';
import { matching } from './suggestions.ts';

type Choices = Promise<APIApplicationCommandOptionChoice[]>;

export async function suggestTarget(
  context: CommandContext,
  typed: string,
  fits: (target: TargetView) => boolean = () => true,
): Choices {
  return matching(namesOf(await targetsOf(context), fits), typed);
}

/** Completes the last entry of a list with commas; the entries before it stay. */
export async function suggestTargets(context: CommandContext, typed: string): Choices {
  const chosen = typed
    .split(',')
    .slice(0, -1)
    .map((name) => name.trim());
  const last = typed.split(',').at(-1)?.trim() ?? '';
  const before = chosen.length > 0 ? `${chosen.join(', ')}, ` : '';
  const open = namesOf(await targetsOf(context), ({ name }) => !chosen.includes(name));
  return matching(
    matching(open, last).map(({ name, value }) => ({ name: before + name, value: before + value })),
    '',
  );
}

export async function suggestPublishers(context: CommandContext, typed: string): Choices {
  const { publishers } = await context.perform(targetList, { guildId: context.guildId });
  return matching(
    publishers.map(({ id, title, summary }) => ({ name: `${title} · ${summary}`, value: id })),
    typed,
  );
}

export async function suggestDeliveries(context: CommandContext, typed: string): Choices {
  const found = await context.perform(deliveryList, { guildId: context.guildId, only: 'open', limit: 100 });
  return matching(
    found.deliveries.map(({ id, target, title, state }) => ({
      name: `${target} · ${state} · ${title}`,
      value: id,
    })),
    typed,
  );
}

/** Publications with open deliveries. */
export async function suggestPublications(context: CommandContext, typed: string): Choices {
  const found = await context.perform(deliveryList, { guildId: context.guildId, only: 'open', limit: 100 });
  const titles = new Map(found.deliveries.map(({ publicationId, title }) => [publicationId, title]));
  return matching(
    [...titles].map(([value, name]) => ({ name, value })),
    typed,
  );
}

export async function suggestArtifacts(context: CommandContext, typed: string): Choices {
  const { artifacts } = await context.perform(artifactList, {
    guildId: context.guildId,
    search: typed.slice(0, 200),
  });
  return matching(
    artifacts.map(({ label, mediaType, cid }) => ({ name: `${label} · ${mediaType}`, value: cid })),
    '',
  );
}

export async function suggestMilestones(context: CommandContext, typed: string): Choices {
  const { milestones } = await context.perform(milestoneList, { guildId: context.guildId });
  return matching(
    milestones.map(({ id, title, when, state }) => ({ name: `${title} · ${state} · ${when}`, value: id })),
    typed,
  );
}

export async function suggestSchedules(context: CommandContext, typed: string): Choices {
  const { schedules } = await context.perform(scheduleList, { guildId: context.guildId });
  return matching(
    schedules.map(({ id, title, rule, zone }) => ({ name: `${title} · ${rule} ${zone}`, value: id })),
    typed,
  );
}

export async function suggestChains(context: CommandContext, typed: string): Choices {
  const { chains } = await context.perform(chainList, { guildId: context.guildId });
  return matching(
    chains.map(({ name, trigger }) => ({ name: `${name} · on ${trigger.kind}`, value: name })),
    typed,
  );
}

export async function suggestZones(typed: string): Choices {
  const zones = ['UTC', ...Intl.supportedValuesOf('timeZone')];
  const spoken = (zone: string) => zone.replaceAll('_', ' ');
  return matching(
    zones.map((zone) => ({ name: spoken(zone), value: zone })),
    typed,
  );
}

async function targetsOf(context: CommandContext): Promise<TargetView[]> {
  return (await context.perform(targetList, { guildId: context.guildId })).targets;
}

function namesOf(targets: readonly TargetView[], fits: (target: TargetView) => boolean) {
  return targets.filter(fits).map(({ name, publisher, lamp }) => ({
    name: [name, publisher, lamp.word].join(' · '),
    value: name,
  }));
}
