import { roles } from '#contracts/actor.ts';
import type { Command } from '#contracts/command.ts';
import { choiceOption, flagOption, roleOption, slashCommand, subcommand, textOption } from '../definition.ts';
import { homeGroup, outsideHome } from './home-forms.ts';
import { roleMeanings } from './role-meanings.ts';

export const access: Command = {
  definition: slashCommand('access', 'Say who in this server may do what with the bot', [
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
    subcommand('audit', 'List who did what in this server, and what was refused', [
      textOption('action', 'Only this one, such as relay.start', { lengthMax: 64 }),
      flagOption('everywhere', 'Of all servers of this hub: for the people who host it'),
    ]),
    homeGroup,
  ]),
  outsideHome,
  replyMode: 'ephemeral',
  controls: { everyone: 'update', 'audit-page': 'update', 'home-add': 'update' },
  load: async () => (await import('./run.ts')).code,
};
