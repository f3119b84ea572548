import type { z } from 'zod';
import { broadcastList, broadcastNext, broadcastStart, broadcastStop } from '#contracts/actions/broadcast.ts';
import type { Command, CommandContext, CommandInput, View } from '#contracts/command.ts';
import {
  flagOption,
  slashCommand,
  subcommand,
  suggestedOption,
  textOption,
  voiceChannelOption,
} from '../definition.ts';
import { suggestBroadcasts } from '../suggestions.ts';
import { recordComponents, recordGroup, runRecord, suggestRecorded } from './record.ts';
import { suggestSources } from './suggest-sources.ts';
import { endedView, listView, liveView } from './view.ts';

export const broadcast: Command = {
  definition: slashCommand('broadcast', 'Offer live audio to the communities that are trusted', [
    subcommand('start', 'Start a broadcast', [
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
    ]),
    subcommand('stop', 'End a broadcast', [
      suggestedOption('broadcast', 'One of our broadcasts', { required: true, lengthMax: 64 }),
    ]),
    subcommand('list', 'Our broadcasts and those of trusted communities'),
    recordGroup,
  ]),
  replyMode: ({ subcommand }) => (subcommand?.endsWith('list') ? 'ephemeral' : 'public'),
  run,
  autocomplete: async (context, { subcommand, focused }) => {
    const typed = focused?.value ?? '';
    if (subcommand?.startsWith('record')) return suggestRecorded(context, typed, focused?.name);
    if (subcommand === 'stop') return suggestBroadcasts(context, typed, { ownOnly: true });
    return suggestSources(context, typed);
  },
  components: {
    ...recordComponents,
    refresh: { mode: 'update', run: async (context, { data }) => refresh(context, data) },
    next: {
      mode: 'update',
      run: async (context, { data }) =>
        liveView(
          context,
          await context.perform(broadcastNext, { guildId: context.guildId, broadcast: data }),
        ),
    },
    stop: {
      mode: 'update',
      run: async (context, { data }) =>
        endedView(await context.perform(broadcastStop, { guildId: context.guildId, broadcast: data })),
    },
    'refresh-list': {
      mode: 'update',
      run: async (context) =>
        listView(context, await context.perform(broadcastList, { guildId: context.guildId })),
    },
    'stop-listed': {
      mode: 'update',
      run: async (context, { data }) => {
        await context.perform(broadcastStop, { guildId: context.guildId, broadcast: data });
        return listView(context, await context.perform(broadcastList, { guildId: context.guildId }));
      },
    },
  },
};

async function run(context: CommandContext, input: CommandInput): Promise<View> {
  const { subcommand, options } = input;
  if (subcommand?.startsWith('record')) return runRecord(context, input);
  switch (subcommand) {
    case 'start':
      return liveView(context, await context.perform(broadcastStart, startInput(context.guildId, options)));
    case 'stop':
      return endedView(
        await context.perform(broadcastStop, {
          guildId: context.guildId,
          broadcast: String(options.broadcast ?? ''),
        }),
      );
    default:
      return listView(context, await context.perform(broadcastList, { guildId: context.guildId }));
  }
}

/** Discord gives options in any order; ours are in order of preference. */
function startInput(guildId: string, options: CommandInput['options']): z.input<typeof broadcastStart.input> {
  const { channel, source, second, third, fourth, title, loop, shuffle, normalize } = options;
  const live = channel === undefined ? undefined : `channel:${channel}`;
  const [first = '', ...fallbacks] = [live, source, second, third, fourth].filter(
    (name) => name !== undefined,
  );
  return {
    guildId,
    source: String(first),
    fallbacks: fallbacks.map(String),
    ...(title !== undefined && { title: String(title) }),
    ...(loop !== undefined && { loop: loop === true }),
    ...(shuffle !== undefined && { shuffle: shuffle === true }),
    ...(normalize !== undefined && { normalize: normalize === true }),
  };
}

async function refresh(context: CommandContext, id: string): Promise<View> {
  const { own } = await context.perform(broadcastList, { guildId: context.guildId });
  const live = own.find((broadcast) => broadcast.id === id);
  return live ? liveView(context, live) : endedView({ id });
}
