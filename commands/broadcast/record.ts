import type { APIApplicationCommandOptionChoice } from 'discord-api-types/v10';
import { recordingList, recordingStart, recordingStop } from '#contracts/actions/recording.ts';
import type { CommandContext, CommandInput, ControlInput, View } from '#contracts/command.ts';
import { matching, suggestBroadcasts } from '../suggestions.ts';
import { keptView, recordingsView, recordingView } from './record-view.ts';

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

export async function stopRecording(context: CommandContext, { data }: ControlInput): Promise<View> {
  return keptView(await context.perform(recordingStop, { guildId: context.guildId, recording: data }));
}

export async function refreshRecording(context: CommandContext, { data }: ControlInput): Promise<View> {
  const { recordings } = await context.perform(recordingList, { guildId: context.guildId });
  const running = recordings.find(({ id }) => id === data);
  return running ? recordingView(context, running) : recordingsView(context, { recordings });
}
