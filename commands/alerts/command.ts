import type { Command } from '#contracts/command.ts';
import { slashCommand, subcommand } from '../definition.ts';
import { deliveries } from '../deliveries/command.ts';

export const alerts: Command = {
  definition: slashCommand('alerts', 'Choose where the bot says that something needs a person', [
    subcommand('here', 'Say it in this channel'),
    subcommand('off', 'Say it where each place was added'),
    subcommand('test', 'Post an alert that means nothing, to see where alerts go'),
  ]),
  replyMode: 'ephemeral',
  controls: {
    ...deliveries.controls,
    'alert-review': 'reply',
    'alert-retry': 'update',
    'alert-refresh': 'update',
  },
  forms: deliveries.forms ?? {},
  panels: [...(deliveries.panels ?? []), 'alert'],
  load: async () => (await import('./run.ts')).code,
};
