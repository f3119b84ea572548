import type { Command } from '#contracts/command.ts';
import {
  choiceOption,
  flagOption,
  integerOption,
  slashCommand,
  subcommand,
  suggestedOption,
  textOption,
  timeControls,
  timeOption,
} from '../definition.ts';
import { artifactOptions } from '../publish/artifact-options.ts';

const aSchedule = suggestedOption('schedule', 'A schedule of this server', { required: true, lengthMax: 64 });
const zone = suggestedOption('zone', 'The zone its times are meant in (default: this server’s)', {
  lengthMax: 64,
});
const cron = textOption('cron', 'Again and again: minute hour day month weekday, such as 0 18 * * FRI', {
  lengthMax: 120,
});
const at = timeOption('at', 'Once: fri 18:00, 24.12. 6pm, in 2 h');

export const schedule: Command = {
  definition: slashCommand('schedule', 'Publish again and again, or once at a time', [
    subcommand('add', 'Plan a post, or the digest of milestones', [
      textOption('title', 'What it publishes', { required: true, lengthMax: 300 }),
      suggestedOption('targets', 'Where to: names with commas between them', {
        required: true,
        lengthMax: 700,
      }),
      zone,
      cron,
      at,
      textOption('body', 'The text, in Markdown', { lengthMax: 4_000 }),
      textOption('link', 'An address it is about', { lengthMax: 2_000 }),
      textOption('tags', 'Tags with commas between them', { lengthMax: 1_300 }),
      flagOption('digest', 'Publish the digest of open and reached milestones instead'),
      choiceOption(
        'missed',
        'Runs missed while the hub was down (default: once)',
        [
          { name: 'skip them', value: 'skip' },
          { name: 'once: the latest, if it is not too late', value: 'once' },
          { name: 'all, up to a limit', value: 'all' },
        ],
        { required: false },
      ),
      integerOption('grace', 'Minutes a missed run is still worth (default: 15)', { min: 0, max: 10_080 }),
      integerOption('jitter', 'Minutes by which runs may come later (default: 0)', { min: 0, max: 60 }),
      ...artifactOptions,
    ]),
    subcommand('edit', 'Change a schedule; what waits is asked for again', [
      aSchedule,
      textOption('title', 'What it publishes', { lengthMax: 300 }),
      suggestedOption('targets', 'Where to: names with commas between them', { lengthMax: 700 }),
      suggestedOption('zone', 'With cron or at: the zone its times are meant in', { lengthMax: 64 }),
      cron,
      at,
      textOption('body', 'The text, in Markdown', { lengthMax: 4_000 }),
      textOption('link', 'An address it is about; - for none', { lengthMax: 2_000 }),
      textOption('tags', 'Tags with commas between them', { lengthMax: 1_300 }),
      ...artifactOptions,
      flagOption('no-files', 'Take the files away'),
    ]),
    subcommand('list', 'List the schedules of this server with their next runs'),
    subcommand('pause', 'Hold a schedule', [aSchedule]),
    subcommand('resume', 'Let a schedule go on', [aSchedule]),
    subcommand('remove', 'Remove a schedule; what it has made already stays', [aSchedule]),
    subcommand('preview', 'Preview when a rule would run, around clock changes too', [
      zone,
      cron,
      at,
      integerOption('count', 'Runs to show (default: 5)', { min: 1, max: 20 }),
    ]),
  ]),
  replyMode: 'ephemeral',
  optionOf: {
    id: 'schedule',
    'rule.expression': 'cron',
    'what.content.media': 'artifact',
    'content.media': 'artifact',
    policy: 'missed',
    graceMs: 'grace',
    jitterMs: 'jitter',
  },
  controls: { pause: 'update', resume: 'update', remove: 'update', ...timeControls },
  load: async () => (await import('./run.ts')).code,
};
