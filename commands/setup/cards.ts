import { ButtonStyle, ChannelType } from 'discord-api-types/v10';
import { guildCard } from '#contracts/actions/guild-settings.ts';
import type { CommandContext, ControlInput, PanelContext, View } from '#contracts/command.ts';
import { button, buttons, card, lines } from '../layout.ts';
import { channelSelect, withBack } from './parts.ts';

export const cardControls = {
  members: async (context: CommandContext) => chooseView(context),
  post: async (context: CommandContext, { values: [channelId = ''] }: ControlInput) => {
    const posted = await context.perform(guildCard, { guildId: context.guildId, channelId });
    return chooseView(context, `The card stands in <#${posted.channelId}> now.`);
  },
};

function chooseView(context: CommandContext, said?: string): View {
  return withBack(
    context,
    card(said === undefined ? 'plain' : 'good', [
      lines(
        '### A card for members',
        said ?? 'It says in one channel what anybody here can do with the bot.',
      ),
      channelSelect(
        context.customId('post'),
        'A channel to post it in',
        [ChannelType.GuildText, ChannelType.GuildAnnouncement],
        undefined,
      ),
    ]),
  );
}

/** What anybody can do, for a channel that everybody reads. */
export function membersView({ mention }: PanelContext): View {
  return card('plain', [
    lines(
      '### Music and live sound here',
      `${mention('play')} plays a title, a link, a file or what a neighbour plays, in the voice channel you are in.`,
      `${mention('queue')} shows what comes next, ${mention('skip')} goes on, ${mention('nowplaying')} brings the card here.`,
      `${mention('consent give')} and ${mention('consent withdraw')} say whether the bot may hear you in a live channel.`,
      `-# ${mention('help')} shows everything.`,
    ),
  ]);
}

/** The first message in a server, once. */
export function helloView({ mention, sharedId }: PanelContext): View {
  return card('plain', [
    lines(
      '### Hello, I’m guildmesh',
      'I play music and live sound in your voice channels, share it with other communities, and publish what you finish.',
      `Anybody: ${mention('play')} · Managers: **Set up** (short steps, about 3 minutes)`,
    ),
    buttons(button('Set up', sharedId('open'), ButtonStyle.Primary)),
  ]);
}
