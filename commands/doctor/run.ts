import { doctorRun } from '#contracts/actions/doctor.ts';
import type { CommandCode } from '#contracts/command.ts';
import { findingsView } from './view.ts';

export const code: CommandCode = {
  run: async (context, { options }) => {
    const { guildId, voiceChannelId } = context.actor;
    const channelId = options.channel?.toString() ?? voiceChannelId;
    const { findings } = await context.perform(doctorRun, { guildId, ...(channelId && { channelId }) });
    return findingsView(context, findings, channelId);
  },
  controls: {
    refresh: async (context, { data }) => {
      const { guildId } = context.actor;
      const { findings } = await context.perform(doctorRun, { guildId, ...(data && { channelId: data }) });
      return findingsView(context, findings, data || undefined);
    },
  },
};
