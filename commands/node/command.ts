import type { Command } from '#contracts/command.ts';
import { slashCommand, subcommand, suggestedOption, textOption } from '../definition.ts';

const community = { required: true, lengthMax: 128 };

export const node: Command = {
  definition: slashCommand('node', 'Connect to other communities, and say whom to trust', [
    subcommand('start', 'Connect to other communities'),
    subcommand('stop', 'Disconnect from other communities; music there ends'),
    subcommand('status', 'Show whether we are connected, and how'),
    subcommand('peers', 'List the communities that are trusted or were found'),
    subcommand('connect', 'Connect to a community now, by its address or name', [
      suggestedOption('address', 'An address, or the name of a known community', {
        required: true,
        lengthMax: 512,
      }),
    ]),
    subcommand('trust', 'Allow a community to hear us; it must allow us too', [
      suggestedOption('community', 'A community that was found, or the id it shows you', community),
      textOption('name', 'Your name for it', { lengthMax: 64 }),
      textOption('words', 'The six safety words, as its people read them out', { lengthMax: 256 }),
    ]),
    subcommand('forget', 'Take back what a community was allowed, at once', [
      suggestedOption('community', 'A trusted community', community),
    ]),
  ]),
  // Addresses reveal where a hub stands: only the asker sees them.
  replyMode: 'ephemeral',
  controls: { confirm: 'update', refresh: 'update', start: 'update', stop: 'update' },
  load: async () => (await import('./run.ts')).code,
};
