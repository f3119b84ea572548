import { accessGrant, accessList, accessRevoke } from '#contracts/actions/access.ts';
import { auditList } from '#contracts/actions/audit.ts';
import { type Role, roles } from '#contracts/actor.ts';
import type { Command, CommandContext, CommandInput, View } from '#contracts/command.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { choiceOption, flagOption, roleOption, slashCommand, subcommand, textOption } from '../definition.ts';
import { type AuditPage, auditPage, auditView } from './audit-view.ts';
import { homeControls, homeGroup, outsideHome, runHome, suggestServers } from './home.ts';
import { everyoneView, grantsView, roleMeanings } from './view.ts';

export const access: Command = {
  definition: slashCommand('access', 'Who in this server may do what with the bot', [
    subcommand('list', 'Show which Discord roles may do what'),
    subcommand('grant', 'Give everyone with a Discord role one of the bot’s roles', [
      roleOption('role', 'The Discord role'),
      choiceOption(
        'as',
        'What its members may do',
        roles.map((role) => ({ name: `${role}: ${roleMeanings[role]}`, value: role })),
      ),
      flagOption('everyone', 'That @everyone is meant: everyone here, also who joins later'),
    ]),
    subcommand('revoke', 'Take the bot’s role from a Discord role', [roleOption('role', 'The Discord role')]),
    subcommand('audit', 'Who did what in this server, and what was refused', [
      textOption('action', 'Only this one, such as relay.start', { lengthMax: 64 }),
      flagOption('everywhere', 'Of all servers of this hub: for the people who host it'),
    ]),
    homeGroup,
  ]),
  outsideHome,
  replyMode: 'ephemeral',
  run,
  autocomplete: suggestServers,
  components: {
    everyone: {
      mode: 'update',
      run: (context, { data }) =>
        grant(context, { discordRoleId: context.guildId, role: data as Role, everyone: true }),
    },
    'audit-page': {
      mode: 'update',
      run: async (context, { data }) => audited(context, auditPage.parse(await context.kept(data))),
    },
    ...homeControls,
  },
};

async function run(context: CommandContext, input: CommandInput): Promise<View> {
  const { subcommand, options } = input;
  if (subcommand?.startsWith('home ')) return runHome(context, input);
  const { guildId } = context.actor;
  const discordRoleId = String(options.role ?? '');
  switch (subcommand) {
    case 'grant':
      // The action's own input checks this: Discord's choices guarantee nothing.
      return grant(context, { discordRoleId, role: options.as as Role, everyone: options.everyone === true });
    case 'revoke':
      return grantsView('Revoked', await context.perform(accessRevoke, { guildId, discordRoleId }));
    case 'audit':
      return audited(context, {
        everywhere: options.everywhere === true,
        ...(options.action !== undefined && { action: String(options.action) }),
      });
    default:
      return grantsView('Access', await context.perform(accessList, { guildId }));
  }
}

async function grant(
  context: CommandContext,
  wish: { discordRoleId: string; role: Role; everyone: boolean },
): Promise<View> {
  const { guildId } = context.actor;
  try {
    return grantsView('Granted', await context.perform(accessGrant, { guildId, ...wish }));
  } catch (error) {
    if (!isGuildmeshError(error, 'ACCESS_EVERYONE_UNCONFIRMED')) throw error;
    return everyoneView(error.message, context.customId('everyone', wish.role));
  }
}

async function audited(context: CommandContext, { action, before, everywhere }: AuditPage): Promise<View> {
  const { guildId } = context.actor;
  const first: AuditPage = { everywhere, ...(action !== undefined && { action }) };
  const shown: AuditPage = { ...first, ...(before !== undefined && { before }) };
  const { rows, before: last } = await context.perform(auditList, { guildId, ...shown });
  return auditView(context, shown, rows, {
    newest: before === undefined ? undefined : await context.keep(first),
    older: last === undefined ? undefined : await context.keep({ ...first, before: last }),
  });
}
