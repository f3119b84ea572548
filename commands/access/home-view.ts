import type { APIButtonComponentWithCustomId } from 'discord-api-types/v10';
import type { HomeGuildsView, HomeGuildView } from '#contracts/actions/home.ts';
import type { View } from '#contracts/command.ts';
import { inert } from '#core/text/inert.ts';
import { ago, buttons, capped, card, divider, lines } from '../layout.ts';

const listCap = { countMax: 30, lengthMax: 2_500 };
const standingWords: Record<HomeGuildView['standing'], string> = {
  home: '🏠 home',
  served: '❔ in use, not chosen yet',
  foreign: 'not served',
};

export function homeListView(heading: string, { configured, guilds }: HomeGuildsView): View {
  const order = Object.keys(standingWords);
  const homeFirst = [...guilds].sort((a, b) => order.indexOf(a.standing) - order.indexOf(b.standing));
  const hasHome = guilds.some(({ standing }) => standing === 'home');
  return card(hasHome ? 'good' : 'waiting', [
    lines(
      `### ${heading}`,
      guilds.length === 0 && 'The bot is in no server.',
      ...capped(homeFirst, listCap, guildLine),
    ),
    divider(),
    lines(
      configured
        ? '-# Home servers are set by discord.guildIds in the configuration.'
        : '-# /access home add and /access home remove change this; everywhere else the bot does nothing.',
    ),
  ]);
}

/** What the change means, before it is made. */
export function homeOfferView(
  guildId: string,
  { guilds }: HomeGuildsView,
  choices: APIButtonComponentWithCustomId[],
): View {
  const dropped = guilds.filter((guild) => guild.standing === 'served' && guild.guildId !== guildId);
  return card('waiting', [
    lines(
      `### Make ${nameOf(guilds, guildId)} a home server of this hub?`,
      'Its managers may then start and stop the node, and trust and forget other communities, **for all home servers**. What is broadcast for the community is heard in each of them.',
      dropped.length > 0 &&
        `In use until now and not chosen with it: ${capped(dropped, listCap, ({ guildId: id }) => nameOf(guilds, id)).join(', ')}. What runs there ends, what waits there is held, nothing is deleted; it goes on when they are added, too.`,
    ),
    buttons(...choices),
  ]);
}

export function homeRemovedView(guildId: string, { guilds }: HomeGuildsView): View {
  return card('idle', [
    lines(
      `### ${nameOf(guilds, guildId)} is no longer a home server`,
      'Its relays, broadcasts, recordings and panels have ended. Schedules, chains and open deliveries wait, its tokens are refused. Nothing was deleted: `/access home add` lets all of it go on.',
      guilds.every(({ standing }) => standing !== 'home') &&
        '**No server is home now, so this hub serves none.**',
    ),
  ]);
}

function guildLine({ guildId, name, standing, setAtMs }: HomeGuildView): string {
  const label = name === undefined ? 'not invited there' : `**${inert(name)}**`;
  return `${label} \`${guildId}\` · ${standingWords[standing]}${setAtMs === undefined ? '' : ` · ${ago(setAtMs)}`}`;
}

function nameOf(guilds: readonly HomeGuildView[], guildId: string): string {
  const name = guilds.find((guild) => guild.guildId === guildId)?.name;
  return name === undefined ? `the server ${guildId}` : `**${inert(name)}**`;
}
