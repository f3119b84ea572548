import type { OutsideHome } from '#contracts/command.ts';
import { slashCommand, subcommand, subcommandGroup, suggestedOption } from '../definition.ts';

/** Discord ids have at most 20 digits; names are suggested and never sent. */
const server = (description: string) => suggestedOption('server', description, { lengthMax: 20 });

export const homeGroup = subcommandGroup('home', 'Choose which servers the bot calls home (operators)', [
  subcommand('add', 'Make a server a home server; says first what that means', [
    server('The server; this one if absent'),
  ]),
  subcommand('remove', 'Stop serving a server; nothing is deleted', [
    server('The server; this one if absent'),
  ]),
  subcommand('list', 'Show the home servers, and where else the bot is'),
]);

/** Everything that servers which aren't home are offered. */
export const outsideHome: OutsideHome = {
  definition: slashCommand('access', 'Whose hub this is', [homeGroup]),
  subcommands: ['home add', 'home remove', 'home list'],
  controls: ['home-add'],
};
