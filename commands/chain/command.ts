import type { Command } from '#contracts/command.ts';
import {
  choiceOption,
  integerOption,
  slashCommand,
  subcommand,
  suggestedOption,
  textOption,
} from '../definition.ts';

const aChain = suggestedOption('chain', 'A chain of this server', { required: true, lengthMax: 32 });

export const chain: Command = {
  definition: slashCommand('chain', 'Let one event publish in steps, each naming the earlier', [
    subcommand('add', 'Let one event publish in links', [
      textOption('name', 'What it is called: letters, digits, dashes', { required: true, lengthMax: 32 }),
      choiceOption('on', 'What starts it', [
        { name: 'a file arrives', value: 'artifact' },
        { name: 'a milestone is reached', value: 'milestone' },
        { name: 'a release is published on GitHub', value: 'release' },
        { name: 'a feed (RSS, Atom) has a new entry', value: 'feed' },
        { name: 'only /chain run', value: 'manual' },
      ]),
      textOption('links', 'Places step by step: archive > github > news, x', {
        required: true,
        lengthMax: 1_000,
      }),
      textOption('match', 'Which files, milestones, tags or entries: app-*', {
        lengthMax: 200,
      }),
      textOption('from', 'Of releases the repository, owner/name; of entries the feed’s address', {
        lengthMax: 1_000,
      }),
      choiceOption(
        'prereleases',
        'Of releases on GitHub: whether pre-releases start it, too (default: they do)',
        [
          { name: 'start it, too', value: 'include' },
          { name: 'start it when they become a release', value: 'skip' },
        ],
        { required: false },
      ),
      textOption('title', 'May hold {label}, which it is by default', { lengthMax: 300 }),
      textOption('body', 'May hold {label}, {description}, and {receipts}: where it landed so far', {
        lengthMax: 4_000,
      }),
      textOption('tags', 'Tags with commas between them', { lengthMax: 1_300 }),
      choiceOption(
        'files',
        'Which steps the files go with (default: all but the last of several)',
        [
          { name: 'all but the last link, which leads to them', value: 'not-last' },
          { name: 'every link', value: 'every' },
        ],
        { required: false },
      ),
      integerOption('gather', 'Files of one version go as one: minutes without another until they do', {
        min: 1,
        max: 1_440,
      }),
      textOption('expect', 'Or when all these have come: app-{version}-linux.tgz, app-{version}.sha256', {
        lengthMax: 2_000,
      }),
    ]),
    subcommand('list', 'List the chains of this server with their latest runs'),
    subcommand('show', 'Show a chain and how far its runs have come', [aChain]),
    subcommand('run', 'Start a chain by hand', [
      aChain,
      textOption('label', 'What {label} stands for', { required: true, lengthMax: 200 }),
      textOption('description', 'What {description} stands for', { lengthMax: 4_000 }),
      suggestedOption('artifact', 'A file to publish with it, or a pattern: app-1.2.0-*', {
        lengthMax: 200,
      }),
    ]),
    subcommand('resume', 'Let a stopped run go on where it stopped', [
      aChain,
      suggestedOption('run', 'A run of that chain', { required: true, lengthMax: 64 }),
    ]),
    subcommand('remove', 'Remove a chain: its runs go no further', [aChain]),
  ]),
  replyMode: 'ephemeral',
  optionOf: {
    trigger: 'on',
    'trigger.kind': 'on',
    'trigger.repository': 'from',
    'trigger.url': 'from',
    'trigger.label': 'match',
    'trigger.tag': 'match',
    'trigger.title': 'match',
    'trigger.gather.quietMinutes': 'gather',
    'trigger.gather.expected': 'expect',
    runId: 'run',
  },
  controls: { refresh: 'update', resume: 'update' },
  load: async () => (await import('./run.ts')).code,
};
