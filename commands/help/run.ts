import type { CommandCode } from '#contracts/command.ts';
import { commandErrors } from '../errors.ts';
import { matching } from '../suggestions.ts';
import { commandView, overviewView } from './view.ts';

export const code: CommandCode = {
  run: async ({ commands }, { options }) => {
    if (options.command === undefined) return overviewView(commands);
    const wanted = String(options.command).trim().replace(/^\//, '').toLowerCase();
    const found = commands.find(({ definition }) => definition.name === wanted);
    if (!found) throw commandErrors.DISCORD_HELP_UNKNOWN({ command: wanted });
    return commandView(found);
  },
  autocomplete: async ({ commands }, { focused }) =>
    matching(
      commands.map(({ definition: { name, description } }) => ({
        name: `/${name} · ${description}`,
        value: name,
      })),
      focused?.value ?? '',
    ),
};
