import type { Command } from '#contracts/command.ts';
import { choiceOption, slashCommand, subcommand, suggestedOption, textOption } from '../definition.ts';
import { declaredControls } from '../publish/declared-controls.ts';

const aDelivery = suggestedOption('delivery', 'One that is open', { required: true, lengthMax: 64 });
const aTarget = suggestedOption('target', 'A place of this server', { required: true, lengthMax: 32 });

export const deliveries: Command = {
  definition: slashCommand('deliveries', 'See what is on its way, arrived, or needs a person', [
    subcommand('list', 'List what was sent where, what needs a person first', [
      suggestedOption('target', 'Only what goes to one place', { lengthMax: 32 }),
      choiceOption(
        'only',
        'Which ones (default: open)',
        [
          { name: 'open', value: 'open' },
          { name: 'those that need a person', value: 'needs-person' },
          { name: 'all', value: 'all' },
        ],
        { required: false },
      ),
    ]),
    subcommand('retry', 'Try again; where its fate is unknown, look it up first', [aDelivery]),
    subcommand('done', 'Say that it has arrived, and where', [
      aDelivery,
      textOption('url', 'The address of the post, item or release', { required: true, lengthMax: 2_000 }),
    ]),
    subcommand('discard', 'Give it up', [aDelivery]),
    subcommand('pause', 'Hold everything for a place', [aTarget]),
    subcommand('resume', 'Let a held place go on', [aTarget]),
  ]),
  replyMode: 'ephemeral',
  controls: {
    ...declaredControls.controls,
    list: 'update',
    show: 'reply',
    'list-retry': 'update',
    'list-discard': 'update',
    'list-done': 'form',
  },
  forms: { ...declaredControls.forms, 'list-landed': 'update' },
  panels: declaredControls.panels,
  load: async () => (await import('./run.ts')).code,
};
