import type { z } from 'zod';
import type { grantView } from '#contracts/actions/access.ts';
import { type Role, roles } from '#contracts/actor.ts';
import type { View } from '#contracts/command.ts';
import { button, buttons, capped, card, divider, lines } from '../layout.ts';
import { roleMeanings } from './role-meanings.ts';

const grantsCap = { countMax: 30, lengthMax: 3_000 };

export function grantsView(
  heading: 'Access' | 'Granted' | 'Revoked',
  { grants, yourRole }: { grants: z.output<typeof grantView>[]; yourRole?: Role | undefined },
): View {
  const strongestFirst = [...grants].sort((a, b) => roles.indexOf(a.role) - roles.indexOf(b.role));
  return card(heading === 'Revoked' ? 'idle' : 'plain', [
    lines(
      `### ${heading}`,
      yourRole && `You are **${yourRole}**: ${roleMeanings[yourRole]}.`,
      ...(grants.length === 0
        ? ['No Discord role has been given a role yet.']
        : capped(strongestFirst, grantsCap, grantLine)),
    ),
    divider(),
    lines('-# Whoever holds Manage Server is manager without a grant; the server’s owner is owner.'),
  ]);
}

/** Shown before everyone in a server may do more than look. */
export function everyoneView(sentence: string, confirmId: string): View {
  return card('waiting', [
    lines('### Everyone?', `**${sentence}**`, '-# A Discord role of fewer people is safer.'),
    buttons(button('Everyone is meant', confirmId)),
  ]);
}

function grantLine({ discordRoleId, guildId, role }: z.output<typeof grantView>): string {
  // Discord's own @everyone role has the guild's id and no mention of its own.
  const name = discordRoleId === guildId ? 'everyone here' : `<@&${discordRoleId}>`;
  return `${name} → **${role}**: ${roleMeanings[role]}`;
}
