import { ButtonStyle } from 'discord-api-types/v10';
import { homeAdd, homeList, homeRemove } from '#contracts/actions/home.ts';
import type { CommandContext, CommandInput, ControlInput, View } from '#contracts/command.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { button } from '../layout.ts';
import { matching } from '../suggestions.ts';
import { homeListView, homeOfferView, homeRemovedView } from './home-view.ts';

/** What "Confirm" stands for when it is about all guilds in use. */
const allInUse = 'in-use';

export async function runHome(context: CommandContext, { subcommand, options }: CommandInput): Promise<View> {
  const guildId = String(options.server ?? context.guildId);
  switch (subcommand) {
    case 'home add':
      return add(context, guildId);
    case 'home remove':
      return homeRemovedView(guildId, await context.perform(homeRemove, { guildId }));
    default:
      return homeListView('Home servers', await context.perform(homeList, {}));
  }
}

export async function confirmHome(context: CommandContext, { data }: ControlInput): Promise<View> {
  const guildIds = data === allInUse ? await inUse(context) : [data];
  const now = await context.perform(homeAdd, { guildIds, confirm: true });
  return homeListView('Home servers changed', now);
}

/** Servers by name; one that is home already can only be removed, and the other way round. */
export async function suggestServers(context: CommandContext, { subcommand, focused }: CommandInput) {
  const { guilds } = await context.perform(homeList, {});
  const fits = guilds.filter(({ standing }) => (standing === 'home') === (subcommand === 'home remove'));
  const choices = fits.map(({ guildId, name = guildId }) => ({ name, value: guildId }));
  return matching(choices, focused?.value ?? '');
}

async function add(context: CommandContext, guildId: string): Promise<View> {
  try {
    return homeListView('Home servers', await context.perform(homeAdd, { guildIds: [guildId] }));
  } catch (error) {
    if (!isGuildmeshError(error, 'ACCESS_HOME_UNCONFIRMED')) throw error;
  }
  const now = await context.perform(homeList, {});
  const confirm = (label: string, data: string) =>
    button(label, context.customId('home-add', data), ButtonStyle.Primary);
  const inUseCount = now.guilds.filter(({ standing }) => standing === 'served').length;
  return homeOfferView(guildId, now, [
    confirm('Confirm', guildId),
    ...(inUseCount > 1 ? [confirm(`Confirm for all ${inUseCount} in use`, allInUse)] : []),
  ]);
}

async function inUse(context: CommandContext): Promise<string[]> {
  const { guilds } = await context.perform(homeList, {});
  return guilds.filter(({ standing }) => standing === 'served').map(({ guildId }) => guildId);
}
