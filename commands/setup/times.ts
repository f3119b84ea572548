import { ChannelType } from 'discord-api-types/v10';
import { guildConfigure, guildSetup } from '#contracts/actions/guild-settings.ts';
import type { CommandContext, ControlInput, Form, FormInput, View } from '#contracts/command.ts';
import { button, buttons, card, divider, lines } from '../layout.ts';
import { channelSelect, optionSelect, withBack } from './parts.ts';
import { likelyZones } from './zones.ts';

type Decision = { zone?: string; noticesChannelId?: string | null };

export const timesControls = {
  times: (context: CommandContext) => showTimes(context),
  zone: (context: CommandContext, { values: [zone = ''] }: ControlInput) => decide(context, { zone }),
  notices: (context: CommandContext, { values: [noticesChannelId] }: ControlInput) =>
    decide(context, { noticesChannelId: noticesChannelId ?? null }),
  'no-notices': (context: CommandContext) => decide(context, { noticesChannelId: null }),
};

export async function zoneForm(): Promise<Form> {
  const field = { name: 'zone', label: 'Time zone', style: 'line', required: true, lengthMax: 64 } as const;
  return {
    name: 'zone',
    title: 'Which time zone is this server in?',
    fields: [{ ...field, help: 'Continent and city, such as Europe/Berlin' }],
  };
}

export function zoneTyped(context: CommandContext, { fields }: FormInput): Promise<View> {
  return decide(context, { zone: fields.zone ?? '' });
}

async function decide(context: CommandContext, decision: Decision): Promise<View> {
  await context.perform(guildConfigure, { guildId: context.guildId, ...decision });
  return showTimes(context);
}

async function showTimes(context: CommandContext): Promise<View> {
  const { guildId, guildLocale } = context;
  const { zone, noticesChannelId, noticesOpen } = await context.perform(guildSetup, { guildId });
  const isClosed = noticesOpen === false;
  const view = card(isClosed ? 'bad' : 'plain', [
    lines('### Times and notices', `**Time zone**: ${zone ?? 'none, so each time asks for one'}`),
    optionSelect(
      context.customId('zone'),
      'The time zone of this server',
      likelyZones(guildLocale, zone).map((name) => ({
        label: name.replaceAll('_', ' '),
        value: name,
        default: name === zone,
      })),
    ),
    buttons(button('Type another zone', context.customId('type-zone'))),
    divider(),
    lines(
      '**Notices**: what failed, what is held, what was missed.',
      isClosed && '🔴 The channel for them is gone, or the bot can’t write there. Choose another.',
      noticesChannelId === undefined && 'Without a channel they stand where each place was added.',
    ),
    channelSelect(
      context.customId('notices'),
      'A channel for notices',
      [ChannelType.GuildText, ChannelType.GuildAnnouncement],
      isClosed ? undefined : noticesChannelId,
    ),
    ...(noticesChannelId === undefined
      ? []
      : [buttons(button('No channel for notices', context.customId('no-notices')))]),
  ]);
  return withBack(context, view);
}
