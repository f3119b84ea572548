import { relayStart, relayStatus, relayStop } from '#contracts/actions/relay.ts';
import type { Command, CommandContext, CommandInput, View } from '#contracts/command.ts';
import { slashCommand, subcommand, suggestedOption, voiceChannelOption } from '../definition.ts';
import { commandErrors } from '../errors.ts';
import { suggestBroadcasts } from '../suggestions.ts';
import { relayView, statusView, stoppedView } from './view.ts';

export const relay: Command = {
  definition: slashCommand('relay', 'Play broadcasts into voice and stage channels', [
    subcommand('start', 'Play a broadcast in a channel', [
      suggestedOption('broadcast', 'A broadcast, ours or a trusted community’s', {
        required: true,
        lengthMax: 256,
      }),
      voiceChannelOption('channel', 'Where to play (default: the channel you are in)'),
    ]),
    subcommand('stop', 'Stop playing and leave the channel', [
      voiceChannelOption('channel', 'Where to stop (default: whatever plays in this server)'),
    ]),
    subcommand('status', 'What plays where, and how well'),
  ]),
  replyMode: ({ subcommand }) => (subcommand === 'status' ? 'ephemeral' : 'public'),
  run,
  autocomplete: (context, { focused }) => suggestBroadcasts(context, focused?.value ?? ''),
  components: {
    refresh: { mode: 'update', run: async (context, { data }) => refresh(context, data) },
    stop: { mode: 'update', run: async (context, { data }) => stoppedView(await stop(context, data)) },
    'refresh-all': { mode: 'update', run: async (context) => statusView(context, await status(context)) },
    'stop-listed': {
      mode: 'update',
      run: async (context, { data }) => {
        await stop(context, data);
        return statusView(context, await status(context));
      },
    },
  },
};

async function run(context: CommandContext, { subcommand, options }: CommandInput): Promise<View> {
  switch (subcommand) {
    case 'start': {
      const channelId = options.channel ?? context.actor.voiceChannelId;
      if (channelId === undefined) throw commandErrors.DISCORD_NO_VOICE_CHANNEL();
      const started = await context.perform(relayStart, {
        guildId: context.actor.guildId,
        channelId: String(channelId),
        broadcast: String(options.broadcast ?? ''),
      });
      return relayView(context, started);
    }
    case 'stop':
      return stoppedView(await stop(context, options.channel?.toString()));
    default:
      return statusView(context, await status(context));
  }
}

function status(context: CommandContext) {
  return context.perform(relayStatus, { guildId: context.actor.guildId });
}

function stop(context: CommandContext, channelId: string | undefined) {
  return context.perform(relayStop, { guildId: context.actor.guildId, ...(channelId && { channelId }) });
}

async function refresh(context: CommandContext, channelId: string): Promise<View> {
  const { relays } = await status(context);
  const playing = relays.find((candidate) => candidate.channelId === channelId);
  return playing ? relayView(context, playing) : stoppedView({ channelId });
}
