import { accessGrant, accessList, accessRevoke } from '#contracts/actions/access.ts';
import { type Role, roles } from '#contracts/actor.ts';
import type { Command, CommandContext, CommandInput, View } from '#contracts/command.ts';
import { choiceOption, roleOption, slashCommand, subcommand } from '../definition.ts';
import { grantsView, roleMeanings } from './view.ts';

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
    ]),
    subcommand('revoke', 'Take the bot’s role from a Discord role', [roleOption('role', 'The Discord role')]),
  ]),
  replyMode: 'ephemeral',
  run,
};

async function run(context: CommandContext, { subcommand, options }: CommandInput): Promise<View> {
  const { guildId } = context.actor;
  const discordRoleId = String(options.role ?? '');
  switch (subcommand) {
    case 'grant': {
      // Checked by the action's own input: Discord's choices are no promise.
      const grant = { guildId, discordRoleId, role: options.as as Role };
      return grantsView('Granted', await context.perform(accessGrant, grant));
    }
    case 'revoke':
      return grantsView('Revoked', await context.perform(accessRevoke, { guildId, discordRoleId }));
    default:
      return grantsView('Access', await context.perform(accessList, { guildId }));
  }
}
