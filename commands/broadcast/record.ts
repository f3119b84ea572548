import type { APIApplicationCommandOptionChoice } from 'discord-api-types/v10';
import { recordingList, recordingStart, recordingStop } from '#contracts/actions/recording.ts';
import type { CommandContext, CommandInput, ComponentHandler, View } from '#contracts/command.ts';
import { integerOption, subcommand, subcommandGroup, suggestedOption } from '../definition.ts';
import { matching, suggestBroadcasts } from '../suggestions.ts';
import { keptView, recordingsView, recordingView } from './record-view.ts';

export const recordGroup = subcommandGroup('record', 'Keep a broadcast as an artifact', [
  subcommand('start', 'Record one of our broadcasts; everyone heard in it is recorded', [
    suggestedOption('broadcast', 'A broadcast of this server, or of another of ours', {
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
  subcommand('list', 'What is being recorded'),
]);

export async function suggestRecorded(
  context: CommandContext,
  typed: string,
  option: string | undefined,
): Promise<APIApplicationCommandOptionChoice[]> {
  if (option !== 'recording')
    return suggestBroadcasts(context, typed, {
      own: ({ guildId, live }) => !live || guildId === context.guildId,
    });
  const { recordings } = await context.perform(recordingList, { guildId: context.guildId });
  return matching(
    recordings.map(({ id, title }) => ({ name: title, value: id })),
    typed,
  );
}

/** `/broadcast record start | stop | list`. */
export async function runRecord(
  context: CommandContext,
  { subcommand, options }: CommandInput,
): Promise<View> {
  if (subcommand === 'record start') {
    const { broadcast, 'part-mib': partMiB } = options;
    const input = {
      guildId: context.guildId,
      broadcast: String(broadcast ?? ''),
      ...(partMiB !== undefined && { partMiB: Number(partMiB) }),
    };
    return recordingView(context, await context.perform(recordingStart, input));
  }
  if (subcommand === 'record stop') {
    const recording = String(options.recording ?? '');
    return keptView(await context.perform(recordingStop, { guildId: context.guildId, recording }));
  }
  return recordingsView(context, await context.perform(recordingList, { guildId: context.guildId }));
}

export const recordComponents: Record<string, ComponentHandler> = {
  'record-stop': {
    mode: 'update',
    run: async (context, { data }) =>
      keptView(await context.perform(recordingStop, { guildId: context.guildId, recording: data })),
  },
  'record-refresh': {
    mode: 'update',
    run: async (context, { data }) => {
      const { recordings } = await context.perform(recordingList, { guildId: context.guildId });
      const running = recordings.find(({ id }) => id === data);
      return running ? recordingView(context, running) : recordingsView(context, { recordings });
    },
  },
};
