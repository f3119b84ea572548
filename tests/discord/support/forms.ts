import { type APIApplicationCommandOption, ApplicationCommandOptionType } from 'discord-api-types/v10';
import type { Command } from '#contracts/command.ts';

/** One way of each command to be typed, by its words. */
export const typedForms: Record<string, string> = {
  'node start': '/node start',
  'node stop': '/node stop',
  'node status': '/node status',
  'node peers': '/node peers',
  'node connect': '/node connect address:South',
  'node trust': '/node trust community:East name:Easterners',
  'node forget': '/node forget community:South',
  'broadcast start': '/broadcast start source:sample title:"Evening show" loop:false',
  'broadcast stop': '/broadcast stop broadcast:abc',
  'broadcast list': '/broadcast list',
  'relay start': '/relay start broadcast:xyz@South channel:#Lounge',
  'relay stop': '/relay stop channel:#Lounge',
  'relay status': '/relay status',
  'access list': '/access list',
  'access grant': '/access grant role:@Publishers as:publisher',
  'access revoke': '/access revoke role:@Publishers',
  doctor: '/doctor channel:#Lounge',
  help: '/help command:relay',
};

/** "relay start", … of every command. */
export function formsOf(commands: readonly Command[]): string[] {
  return commands.flatMap(({ definition: { name, options = [] } }) => {
    const verbs = (options as APIApplicationCommandOption[]).filter(
      ({ type }) => type === ApplicationCommandOptionType.Subcommand,
    );
    return verbs.length > 0 ? verbs.map((verb) => `${name} ${verb.name}`) : [name];
  });
}
