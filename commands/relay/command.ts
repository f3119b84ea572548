import {
  type RelaySettings,
  relayConfigure,
  relayMode,
  relaySettings,
  relayStatus,
  relayStop,
  relayVolume,
} from '#contracts/actions/relay.ts';
import type { Command, CommandContext, CommandInput, View } from '#contracts/command.ts';
import { suggestSources } from '../broadcast/suggest-sources.ts';
import {
  choiceOption,
  flagOption,
  integerOption,
  slashCommand,
  subcommand,
  suggestedOption,
  voiceChannelOption,
} from '../definition.ts';
import { commandErrors } from '../errors.ts';
import { suggestBroadcasts } from '../suggestions.ts';
import { openPanel, panelComponents, showPanel } from './panel.ts';
import { replace, showStarted, start } from './start.ts';
import { relayView, settingsView, statusView, stoppedView } from './view.ts';

/** Options of `/relay start`, in order of preference. */
const fallbacks = ['second', 'third', 'fourth'];

const leaveAfterSecondsMax = (relaySettings.shape.leaveAfterMs.maxValue ?? 0) / 1_000;

export const relay: Command = {
  definition: slashCommand('relay', 'Play broadcasts into voice and stage channels', [
    subcommand('start', 'Play a broadcast in a channel', [
      suggestedOption('broadcast', 'A broadcast, ours or a trusted community’s', {
        required: true,
        lengthMax: 256,
      }),
      voiceChannelOption('channel', 'Where to play (default: the channel you are in)'),
      suggestedOption('second', 'What takes over when a trusted community’s broadcast gives nothing', {
        lengthMax: 2_000,
      }),
      suggestedOption('third', 'What takes over after that', { lengthMax: 2_000 }),
      suggestedOption('fourth', 'The last resort, such as a file that is always there', { lengthMax: 2_000 }),
      choiceOption(
        'mode',
        'When the bot is there (default: until stopped)',
        [
          { name: 'manual: until stopped, or the broadcast ends', value: 'manual' },
          { name: 'auto: only while somebody is in the channel', value: 'auto' },
          { name: 'constant: also for the next broadcast of this title', value: 'constant' },
        ],
        { required: false },
      ),
      flagOption('replace', 'In place of what plays in this server now'),
    ]),
    subcommand('stop', 'Stop playing and leave the channel', [
      voiceChannelOption('channel', 'Where to stop (default: whatever plays in this server)'),
    ]),
    subcommand('status', 'What plays where, and how well'),
    subcommand('panel', 'A panel for everyone that follows a relay while it plays', [
      voiceChannelOption('channel', 'Of which channel (default: whatever plays in this server)'),
    ]),
    subcommand('volume', 'How loud the relays of this server play, for everyone who listens', [
      integerOption('percent', 'From 0 (silence) to 200; 100 is as it comes', {
        required: true,
        min: relaySettings.shape.volumePercent.minValue ?? 0,
        max: relaySettings.shape.volumePercent.maxValue ?? 0,
      }),
    ]),
    subcommand('settings', 'What the bot does when it is moved or left alone; without options: shows it', [
      choiceOption(
        'on-move',
        'When people move the bot to another channel',
        [
          { name: 'follow: play there', value: 'follow' },
          { name: 'return: go back', value: 'return' },
        ],
        { required: false },
      ),
      integerOption('leave-after', 'Seconds that an auto relay stays where nobody listens', {
        min: 0,
        max: leaveAfterSecondsMax,
      }),
    ]),
  ]),
  replyMode: ({ subcommand }) =>
    subcommand === 'status' || subcommand === 'settings' ? 'ephemeral' : 'public',
  run,
  autocomplete: (context, { focused }) =>
    focused && fallbacks.includes(focused.name)
      ? suggestSources(context, focused.value)
      : suggestBroadcasts(context, focused?.value ?? ''),
  panels: { live: showPanel, started: showStarted },
  components: {
    ...panelComponents,
    replace: { mode: 'update', run: (context, { data }) => replace(context, data) },
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
