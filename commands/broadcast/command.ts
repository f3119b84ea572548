import { audiences, audienceWords } from '#contracts/audio.ts';
import type { Command } from '#contracts/command.ts';
import {
  choiceOption,
  flagOption,
  integerOption,
  slashCommand,
  subcommand,
  subcommandGroup,
  suggestedOption,
  textOption,
  voiceChannelOption,
} from '../definition.ts';

const audienceChoices = audiences.map((value) => ({ name: `${value}: ${audienceWords[value]}`, value }));

const recordGroup = subcommandGroup('record', 'Keep a programme as a file', [
  subcommand('start', 'Record one of our programmes, with everyone heard in it', [
    suggestedOption('broadcast', 'A programme of this server, or of another of ours', {
      required: true,
      lengthMax: 64,
    }),
    integerOption('part-mib', 'Size in MiB at which a part is kept and the next begins (default: 100)', {
      min: 1,
      max: 1_024,
    }),
  ]),
  subcommand('stop', 'End a recording and keep it', [
    suggestedOption('recording', 'A recording that is running', { required: true, lengthMax: 64 }),
  ]),
  subcommand('list', 'List what is being recorded'),
]);

export const broadcast: Command = {
  definition: slashCommand('broadcast', 'Send live audio, to this server or others too', [
    subcommand('start', 'Start a programme', [
      suggestedOption(
        'source',
        'A library file or folder/, a web radio’s address, broadcast:id@community, tone',
        { lengthMax: 2_000 },
      ),
      voiceChannelOption('channel', 'A channel of this server, live, in place of a source; people are told'),
      suggestedOption('second', 'What takes over when the source gives nothing', { lengthMax: 2_000 }),
      suggestedOption('third', 'What takes over after that', { lengthMax: 2_000 }),
      suggestedOption('fourth', 'The last resort, such as a file that is always there', { lengthMax: 2_000 }),
      textOption('title', 'What listeners see', { lengthMax: 100 }),
      flagOption('loop', 'Start a file, folder or playlist again at its end (default: yes)'),
      flagOption('shuffle', 'Play a folder or playlist in random order (default: no)'),
      flagOption('normalize', 'Bring it to an even loudness (default: no)'),
      choiceOption(
        'audience',
        'Who may hear it (default: neighbours; with a live channel: this server)',
        audienceChoices,
        { required: false },
      ),
    ]),
    subcommand('audience', 'Change who may hear a programme', [
      suggestedOption('broadcast', 'A programme of this server', { required: true, lengthMax: 64 }),
      choiceOption('audience', 'Who may hear it', audienceChoices),
    ]),
    subcommand('stop', 'End a programme', [
      suggestedOption('broadcast', 'A programme of this server', { required: true, lengthMax: 64 }),
    ]),
    subcommand('list', 'List our programmes and those of trusted communities'),
    recordGroup,
  ]),
  replyMode: ({ subcommand }) => (subcommand?.endsWith('list') ? 'ephemeral' : 'public'),
  controls: {
    'record-stop': 'update',
    'record-refresh': 'update',
    refresh: 'update',
    next: 'update',
    'to-community': 'update',
    'to-neighbours': 'update',
    stop: 'update',
    'refresh-list': 'update',
    'stop-listed': 'update',
  },
  load: async () => (await import('./run.ts')).code,
};
