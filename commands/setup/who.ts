import { z } from 'zod';
import { accessGrant, accessList, accessRevoke } from '#contracts/actions/access.ts';
import { guildConfigure, guildSettingsRead } from '#contracts/actions/guild-settings.ts';
import type { Role } from '#contracts/actor.ts';
import type { CommandContext, ControlInput, View } from '#contracts/command.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { roleMeanings } from '../access/role-meanings.ts';
import { button, buttons, card, divider, lines } from '../layout.ts';
import { roleSelect, withBack } from './parts.ts';

/** Those that people choose here; everybody is a member without a grant. */
const chosenRoles = ['manager', 'publisher', 'dj'] as const;
type ChosenRole = (typeof chosenRoles)[number];

/** Ids of the Discord roles that each select showed. */
const ids = z.array(z.string());
const shownHolders = z.object({ manager: ids, publisher: ids, dj: ids });

export const whoControls = {
  who: (context: CommandContext) => showWho(context),
  role: (context: CommandContext, { data, values }: ControlInput) => setHolders(context, data, values),
  everyone: async (context: CommandContext, { data }: ControlInput) => {
    const { guildId } = context;
    await context.perform(accessGrant, {
      guildId,
      discordRoleId: guildId,
      role: chosen(data),
      everyone: true,
    });
    return showWho(context);
  },
  decide: async (context: CommandContext, { data }: ControlInput) => {
    const decision = decisions[data];
    if (decision) await context.perform(guildConfigure, { guildId: context.guildId, ...decision });
    return showWho(context);
  },
};

const decisions: Readonly<
  Record<string, { whoAdds?: 'everybody' | 'djs'; votes?: boolean; membersSeeLibrary?: boolean }>
> = {
  'adds-everybody': { whoAdds: 'everybody' },
  'adds-djs': { whoAdds: 'djs' },
  'votes-on': { votes: true },
  'votes-off': { votes: false },
  'library-open': { membersSeeLibrary: true },
  'library-closed': { membersSeeLibrary: false },
};

async function showWho(context: CommandContext, said?: string): Promise<View> {
  const { guildId } = context;
  const [{ grants }, settings] = await Promise.all([
    context.perform(accessList, { guildId }),
    context.perform(guildSettingsRead, { guildId }),
  ]);
  const holders = (role: ChosenRole) =>
    grants.filter((grant) => grant.role === role).map(({ discordRoleId }) => discordRoleId);
  const shownId = await context.keep({
    manager: holders('manager'),
    publisher: holders('publisher'),
    dj: holders('dj'),
  });
  const turn = (label: string, decision: string) => button(label, context.customId('decide', decision));
  const { whoAdds, votes, membersSeeLibrary } = settings;
  const view = card('plain', [
    lines('### Who may do what', said),
    ...chosenRoles.flatMap((role) => [
      lines(`**${role}**: ${roleMeanings[role]}${holders(role).includes(guildId) ? ' · **everybody**' : ''}`),
      roleSelect(
        context.customId('role', `${role}.${shownId}`),
        `Discord roles that are ${role}`,
        holders(role),
      ),
    ]),
    lines('-# Whoever holds Manage Server is manager without a grant; the server’s owner is owner.'),
    divider(),
    lines(
      `**Music** is added by **${whoAdds === 'djs' ? 'DJs alone' : 'everybody'}**.`,
      `**Votes** to skip, clear and stop are **${votes ? 'on' : 'off: only DJs do that'}**.`,
      `**The library** is **${membersSeeLibrary ? 'shown to' : 'hidden from'} members**.`,
    ),
    buttons(
      whoAdds === 'djs'
        ? turn('Let everybody add music', 'adds-everybody')
        : turn('Let only DJs add music', 'adds-djs'),
      votes ? turn('Switch votes off', 'votes-off') : turn('Switch votes on', 'votes-on'),
      membersSeeLibrary
        ? turn('Hide the library from members', 'library-closed')
        : turn('Show the library to members', 'library-open'),
    ),
  ]);
  return withBack(context, view);
}

/**
 * Changes what the asker has changed: what another manager granted since the select was shown stays, though it isn't
 * among the picked.
 */
async function setHolders(context: CommandContext, data: string, picked: readonly string[]): Promise<View> {
  const { guildId } = context;
  const [, name = '', shownId = ''] = /^(\w+)\.(.*)$/.exec(data) ?? [];
  const role = chosen(name);
  const shown = shownHolders.parse(await context.kept(shownId))[role];
  const { grants } = await context.perform(accessList, { guildId });
  const holds = (id: string) => grants.some((grant) => grant.role === role && grant.discordRoleId === id);
  for (const discordRoleId of shown.filter((id) => !picked.includes(id) && holds(id)))
    await context.perform(accessRevoke, { guildId, discordRoleId });
  // Last what may have to be asked about.
  const added = picked
    .filter((id) => !shown.includes(id) && !holds(id))
    .toSorted((a, b) => Number(a === guildId) - Number(b === guildId));
  for (const discordRoleId of added) {
    try {
      await context.perform(accessGrant, { guildId, discordRoleId, role });
    } catch (error) {
      if (!isGuildmeshError(error, 'ACCESS_EVERYONE_UNCONFIRMED')) throw error;
      return askEveryone(context, role);
    }
  }
  return showWho(context);
}

function askEveryone(context: CommandContext, role: ChosenRole): View {
  return withBack(
    context,
    card('waiting', [
      lines(
        '### Everybody?',
        `Everybody in this server, and everybody who joins later, could ${meant[role]}. Do that?`,
        '-# A Discord role of fewer people is safer.',
      ),
      buttons(
        button(`Make everybody ${role}`, context.customId('everyone', role)),
        button('Keep it as it is', context.customId('who')),
      ),
    ]),
  );
}

const meant: Record<ChosenRole, string> = {
  manager: 'start and stop the connection to other communities, allow them, and give rights to others',
  publisher: 'start and stop programmes, and publish in the name of this community',
  dj: 'skip, clear and move what others have queued',
};

function chosen(data: string): ChosenRole {
  return chosenRoles.find((role: Role) => role === data) ?? 'dj';
}
