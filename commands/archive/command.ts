import type { Command } from '#contracts/command.ts';
import { messageCommand, slashCommand, subcommand, suggestedOption, textOption } from '../definition.ts';
import { declaredControls } from '../publish/declared-controls.ts';

const target = suggestedOption('target', 'Which archive.org place, where there are several', {
  lengthMax: 32,
});

export const archive: Command = {
  definition: slashCommand('archive', 'Keep pages, files and threads for good', [
    subcommand('url', 'Let the Wayback Machine keep a page', [
      textOption('url', 'The address of the page', { required: true, lengthMax: 2_000 }),
      target,
    ]),
    subcommand('artifact', 'Put a file into an archive.org item', [
      suggestedOption('artifact', 'A file of this server', { required: true, lengthMax: 64 }),
      textOption('title', 'The item’s title (default: the file’s name)', { lengthMax: 300 }),
      textOption('description', 'The item’s description, in Markdown', { lengthMax: 4_000 }),
      target,
    ]),
    subcommand('thread', 'Keep the thread you are in, as a page and as JSON', [target]),
  ]),
  replyMode: 'ephemeral',
  optionOf: {
    targets: 'target',
    'content.link': 'url',
    'content.media': 'artifact',
    'content.media.cid': 'artifact',
  },
  ...declaredControls,
  onMessage: [{ definition: messageCommand('Archive this thread'), replyMode: 'ephemeral' }],
  load: async () => (await import('./run.ts')).code,
};
