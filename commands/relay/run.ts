import {
  type RelaySettings,
  relayConfigure,
  relayMode,
  relaySettings,
  relayStatus,
  relayStop,
  relayVolume,
} from '#contracts/actions/relay.ts';
import type { CommandCode, CommandContext, CommandInput, View } from '#contracts/command.ts';
import { suggestSources } from '../broadcast/suggest-sources.ts';
import { commandErrors } from '../errors.ts';
import { suggestBroadcasts } from '../suggestions.ts';
import { openPanel, panelControls, showPanel } from './panel.ts';
import { replace, showStarted, start } from './start.ts';
import { relayView, settingsView, statusView, stoppedView } from './view.ts';

/** Options of `/relay start`, in order of preference. */
const fallbacks = ['second', 'third', 'fourth'];

export const code: CommandCode = {
  run,
  autocomplete: (context, { focused }) =>
    focused && fallbacks.includes(focused.name)
      ? suggestSources(context, focused.value)
      : suggestBroadcasts(context, focused?.value ?? ''),
  panels: { live: showPanel, started: showStarted },
  controls: {
    ...panelControls,
    replace: (context, { data }) => replace(context, data),
    refresh: async (context, { data }) => refresh(context, data),
    stop: async (context, { data }) => stoppedView(await stop(context, data)),
    'refresh-all': async (context) => statusView(context, await status(context)),
    'stop-listed': async (context, { data }) => {
      await stop(context, data);
      return statusView(context, await status(context));
    },
  },
};

async function run(context: CommandContext, { subcommand, options }: CommandInput): Promise<View> {
  switch (subcommand) {
    case 'start': {
      const channelId = options.channel ?? context.actor.voiceChannelId;
      if (channelId === undefined) throw commandErrors.DISCORD_NO_VOICE_CHANNEL();
      return start(context, {
        channelId: String(channelId),
        broadcast: String(options.broadcast ?? ''),
        fallbacks: fallbacks.flatMap((name) => options[name]?.toString() ?? []),
        mode: relayMode.catch('manual').parse(options.mode),
        replace: options.replace === true,
      });
    }
    case 'settings':
      return settingsView(await configure(context, options));
    case 'volume':
      return settingsView(
        await context.perform(relayVolume, {
          guildId: context.actor.guildId,
          percent: Number(options.percent),
        }),
      );
    case 'panel':
      return openPanel(context, options.channel?.toString());
    case 'stop':
      return stoppedView(await stop(context, options.channel?.toString()));
    default:
      return statusView(context, await status(context));
  }
}

function configure(context: CommandContext, options: CommandInput['options']): Promise<RelaySettings> {
  const { 'on-move': onMove, 'leave-after': leaveAfterSeconds } = options;
  return context.perform(relayConfigure, {
    guildId: context.actor.guildId,
    ...(onMove !== undefined && { onMove: relaySettings.shape.onMove.parse(onMove) }),
    ...(leaveAfterSeconds !== undefined && { leaveAfterMs: Number(leaveAfterSeconds) * 1_000 }),
  });
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
