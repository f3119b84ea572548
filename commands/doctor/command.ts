import { doctorRun } from '#contracts/actions/doctor.ts';
import type { Command } from '#contracts/command.ts';
import { slashCommand, voiceChannelOption } from '../definition.ts';
import { findingsView } from './view.ts';

export const doctor: Command = {
  definition: slashCommand('doctor', 'Find out what keeps the bot from working here, and how to mend it', [
    voiceChannelOption('channel', 'The channel to look at (default: the one you are in)'),
  ]),
  replyMode: 'ephemeral',
  run: async (context, { options }) => {
    const { guildId, voiceChannelId } = context.actor;
    const channelId = options.channel?.toString() ?? voiceChannelId;
    const { findings } = await context.perform(doctorRun, { guildId, ...(channelId && { channelId }) });
    return findingsView(context, findings, channelId);
  },
  components: {
    refresh: {
      mode: 'update',
      run: async (context, { data }) => {
        const { guildId } = context.actor;
        const { findings } = await context.perform(doctorRun, { guildId, ...(data && { channelId: data }) });
        return findingsView(context, findings, data || undefined);
      },
    },
  },
};
