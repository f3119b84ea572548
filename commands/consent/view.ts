import type { ConsentView } from '#contracts/actions/consent.ts';
import { audienceWords } from '#contracts/audio.ts';
import type { View } from '#contracts/command.ts';
import { card, divider, lines } from '../layout.ts';
import { ruleMeanings } from './rule-meanings.ts';

export function consentCard({ rule, choice, heard, live }: ConsentView): View {
  return card(heard ? 'plain' : 'idle', [
    lines(
      heard ? '### Your voice is part of live programmes' : '### Your voice is left out',
      heard
        ? 'When a channel you speak in is broadcast, you are heard by those whom its notice names: this server, all servers of this community, or the communities it trusts as well. When it is for more people than before, you are asked again.'
        : 'When a channel you speak in is broadcast, you are not heard outside of it.',
      ...live.map(liveLine),
      choice === undefined ? 'You have chosen nothing, so the server’s rule decides.' : undefined,
    ),
    divider(),
    lines(
      `-# Rule of this server: **${rule}**, ${ruleMeanings[rule]}.`,
      heard
        ? '-# `/consent withdraw` leaves you out.'
        : rule !== 'off' && '-# `/consent give` lets you be heard.',
    ),
  ]);
}

function liveLine({ audience, channelId, heard }: ConsentView['live'][number]): string {
  const here = `<#${channelId}> is being broadcast, heard by ${audienceWords[audience]}`;
  return heard ? `🔴 ${here}: you are, too.` : `⚪ ${here}: you are left out.`;
}
