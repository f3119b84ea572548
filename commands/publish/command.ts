import type { Command, CommandInput } from '#contracts/command.ts';
import {
  fileOption,
  flagOption,
  messageCommand,
  slashCommand,
  subcommand,
  suggestedOption,
  textOption,
  timeControls,
  timeOption,
} from '../definition.ts';
import { artifactOptions, namesArtifacts } from './artifact-options.ts';
import { declaredControls } from './declared-controls.ts';
import { declaredPlaces } from './place-forms.ts';
import { targetForms } from './target-forms.ts';

const bodyMax = 4_000;

export const publish: Command = {
  definition: slashCommand('publish', 'Send finished work to where it belongs', [
    subcommand('post', 'Preview a post, then publish it; a window asks what lacks', [
      textOption('title', 'What it is about', { lengthMax: 300 }),
      suggestedOption('targets', 'Where to: names with commas between them', { lengthMax: 700 }),
      textOption('body', 'The text, in Markdown', { lengthMax: bodyMax }),
      textOption('link', 'An address it is about', { lengthMax: 2_000 }),
      textOption('tags', 'Tags with commas between them', { lengthMax: 1_300 }),
      fileOption('file', 'A file to publish with it'),
      textOption('alt', 'What the file shows, for those who can’t see it', { lengthMax: 1_500 }),
      fileOption('file-two', 'A second file'),
      textOption('alt-two', 'What the second file shows', { lengthMax: 1_500 }),
      fileOption('file-three', 'A third file'),
      textOption('alt-three', 'What the third file shows', { lengthMax: 1_500 }),
      ...artifactOptions,
      timeOption('at', 'When: in 2 h, fri 18:00, 24.12. 6pm (default: at once)'),
      suggestedOption('zone', 'The zone that time is meant in (default: this server’s)', { lengthMax: 64 }),
    ]),
    subcommand('files', 'Send other files with a post that has not left yet', [
      suggestedOption('publication', 'A post that has not left', { required: true, lengthMax: 64 }),
      fileOption('file', 'A file to publish with it; without any it goes without files'),
      textOption('alt', 'What the file shows, for those who can’t see it', { lengthMax: 1_500 }),
      fileOption('file-two', 'A second file'),
      textOption('alt-two', 'What the second file shows', { lengthMax: 1_500 }),
      fileOption('file-three', 'A third file'),
      textOption('alt-three', 'What the third file shows', { lengthMax: 1_500 }),
      ...artifactOptions,
      flagOption('keep', 'Beside the files that it has, not instead of them'),
    ]),
    ...targetForms,
  ]),
  // Drafts are private; the panel that follows is for everyone.
  replyMode: 'ephemeral',
  optionOf: {
    id: 'token',
    policy: 'approval',
    monthlyBudgetMicros: 'budget',
    'content.media': 'file',
    'content.media.altText': 'alt',
  },
  asksFirst: asksForText,
  controls: { ...declaredControls.controls, ...timeControls, ...declaredPlaces.controls },
  forms: { ...declaredControls.forms, ...declaredPlaces.forms, text: 'reply', compose: 'reply' },
  panels: [...declaredControls.panels, ...declaredPlaces.panels],
  onMessage: [{ definition: messageCommand('Publish this message'), replyMode: 'ephemeral' }],
  load: async () => (await import('./run.ts')).code,
};

/** A file or a link may be published without text; what a window would lose is given with title and place. */
function asksForText({ subcommand, options, attachments }: CommandInput): boolean {
  return (
    subcommand === 'post' &&
    options.body === undefined &&
    options.link === undefined &&
    !namesArtifacts(options) &&
    Object.keys(attachments).length === 0
  );
}
