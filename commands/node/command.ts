import type { Command } from '#contracts/command.ts';
import { slashCommand, subcommand, suggestedOption, textOption } from '../definition.ts';

const community = { required: true, lengthMax: 128 };

export const node: Command = {
  definition: slashCommand('node', 'The libp2p node that finds and reaches other communities', [
    subcommand('start', 'Start the node'),
    subcommand('stop', 'Stop the node; streams to other communities end cleanly first'),
    subcommand('status', 'Show state, addresses and connections'),
    subcommand('peers', 'List the communities that are trusted or were found'),
    subcommand('connect', 'Dial a community now', [
      suggestedOption('address', 'A multiaddr, or a known community', { required: true, lengthMax: 512 }),
    ]),
    subcommand('trust', 'Let a community see and play our broadcasts; it must trust us too', [
      suggestedOption('community', 'A peer id, or a community that was found', community),
      textOption('name', 'Your name for it', { lengthMax: 64 }),
      textOption('words', 'The six safety words, as its people read them out', { lengthMax: 256 }),
    ]),
    subcommand('forget', 'Withdraw trust at once', [
      suggestedOption('community', 'A trusted community', community),
    ]),
  ]),
  // Addresses reveal where a hub stands: only the asker sees them.
  replyMode: 'ephemeral',
  controls: { confirm: 'update', refresh: 'update', start: 'update', stop: 'update' },
  load: async () => (await import('./run.ts')).code,
};
