import type { Command } from '#contracts/command.ts';
import {
  integerOption,
  slashCommand,
  subcommand,
  suggestedOption,
  textOption,
  timeControls,
  timeOption,
} from '../definition.ts';

const aMilestone = suggestedOption('milestone', 'A milestone of this server', {
  required: true,
  lengthMax: 64,
});
const offsets = textOption('posts', 'When to post: -7d, -1d, 0, done', { lengthMax: 100 });
const artifact = suggestedOption('artifact', 'A file that goes with its posts', { lengthMax: 64 });
const description = textOption('description', 'What it is about, in Markdown', { lengthMax: 4_000 });

export const milestone: Command = {
  definition: slashCommand('milestone', 'Plan points of the project, and posts before and at them', [
    subcommand('add', 'Name a point of the project and plan its posts', [
      textOption('title', 'What is reached', { required: true, lengthMax: 200 }),
      timeOption('at', 'When: 24.12. 18:00, fri noon, in 2 weeks', { required: true }),
      suggestedOption('targets', 'Where its posts go: names with commas', { required: true, lengthMax: 700 }),
      suggestedOption('zone', 'The zone that time is meant in (default: this server’s)', { lengthMax: 64 }),
      description,
      offsets,
      artifact,
    ]),
    subcommand('edit', 'Change a milestone; posts that wait move with it', [
      aMilestone,
      textOption('title', 'What is reached', { lengthMax: 200 }),
      timeOption('at', 'When: 24.12. 18:00, fri noon, in 2 weeks'),
      suggestedOption('zone', 'The zone of that time (default: as before)', { lengthMax: 64 }),
      suggestedOption('targets', 'Where its posts go: names with commas', { lengthMax: 700 }),
      description,
      offsets,
      artifact,
      integerOption('progress', 'Percent that is done', { min: 0, max: 100 }),
    ]),
    subcommand('list', 'List milestones, the nearest open one first', [
      textOption('search', 'Words of the title', { lengthMax: 200 }),
    ]),
    subcommand('show', 'Show one milestone with its planned posts', [aMilestone]),
    subcommand('done', 'Mark a milestone as reached: its completion post goes out', [aMilestone]),
    subcommand('remove', 'Cancel a milestone; what still waits is withdrawn', [aMilestone]),
  ]),
  replyMode: ({ subcommand }) => (subcommand === 'done' ? 'public' : 'ephemeral'),
  optionOf: { id: 'milestone', artifacts: 'artifact', offsets: 'posts', progressPercent: 'progress' },
  controls: { refresh: 'update', reached: 'update', ...timeControls },
  load: async () => (await import('./run.ts')).code,
};
