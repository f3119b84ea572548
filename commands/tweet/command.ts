import type { Command } from '#contracts/command.ts';
import { fileOption, flagOption, slashCommand, suggestedOption, textOption } from '../definition.ts';
import { declaredControls } from '../publish/declared-controls.ts';

export const tweet: Command = {
  definition: slashCommand('tweet', 'Post on X, with its length there and its price shown first', [
    textOption('text', 'What to post', { required: true, lengthMax: 4_000 }),
    fileOption('image', 'A picture, GIF or video'),
    textOption('alt', 'What the picture shows, for those who can’t see it', { lengthMax: 1_000 }),
    flagOption('thread', 'May go on in further posts, where the place allows threads'),
    suggestedOption('target', 'Which account, where there are several', { lengthMax: 32 }),
  ]),
  replyMode: 'ephemeral',
  optionOf: { 'content.title': 'text', 'content.body': 'text', targets: 'target', 'at.local': 'at' },
  ...declaredControls,
  load: async () => (await import('./run.ts')).code,
};
