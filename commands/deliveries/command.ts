import type { Command } from '#contracts/command.ts';
import { choiceOption, slashCommand, subcommand, suggestedOption, textOption } from '../definition.ts';
import { declaredControls } from '../publish/declared-controls.ts';

const aDelivery = suggestedOption('delivery', 'A delivery that is open', { required: true, lengthMax: 64 });
const aTarget = suggestedOption('target', 'A target of this server', { required: true, lengthMax: 32 });

export const deliveries: Command = {
  definition: slashCommand('deliveries', 'What is on its way, what has landed, and what needs a person', [
    subcommand('list', 'List deliveries, those that need a person first', [
      suggestedOption('target', 'Only those to one target', { lengthMax: 32 }),
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
    subcommand('retry', 'Try a delivery again; one of unknown fate is looked up first', [aDelivery]),
    subcommand('done', 'Say that a delivery has landed, and where', [
      aDelivery,
      textOption('url', 'The address of the post, item or release', { required: true, lengthMax: 2_000 }),
    ]),
    subcommand('discard', 'Give a delivery up', [aDelivery]),
    subcommand('pause', 'Hold everything for a target', [aTarget]),
    subcommand('resume', 'Let a paused target go on', [aTarget]),
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
