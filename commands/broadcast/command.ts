import type { z } from 'zod';
import {
  broadcastAudience,
  broadcastList,
  broadcastNext,
  broadcastStart,
  broadcastStop,
} from '#contracts/actions/broadcast.ts';
import { type Audience, audiences, audienceWords } from '#contracts/audio.ts';
import type { Command, CommandContext, CommandInput, ComponentHandler, View } from '#contracts/command.ts';
import {
  choiceOption,
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

const audienceChoices = audiences.map((value) => ({ name: `${value}: ${audienceWords[value]}`, value }));

export const broadcast: Command = {
  definition: slashCommand('broadcast', 'Broadcast live audio, to this server or others too', [
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
      choiceOption(
        'audience',
        'Who may hear it (default: neighbours; with a live channel: this server)',
        audienceChoices,
        { required: false },
      ),
    ]),
    subcommand('audience', 'Change who may hear a broadcast', [
      suggestedOption('broadcast', 'A broadcast of this server', { required: true, lengthMax: 64 }),
      choiceOption('audience', 'Who may hear it', audienceChoices),
    ]),
    subcommand('stop', 'End a broadcast', [
      suggestedOption('broadcast', 'A broadcast of this server', { required: true, lengthMax: 64 }),
    ]),
    subcommand('list', 'Our broadcasts and those of trusted communities'),
    recordGroup,
  ]),
  replyMode: ({ subcommand }) => (subcommand?.endsWith('list') ? 'ephemeral' : 'public'),
  run,
  autocomplete: (context, { subcommand, focused }) => {
    const typed = focused?.value ?? '';
    if (subcommand?.startsWith('record')) return suggestRecorded(context, typed, focused?.name);
    if (subcommand === 'stop' || subcommand === 'audience')
      return suggestBroadcasts(context, typed, { own: ({ guildId }) => guildId === context.guildId });
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
    'to-community': widenTo('community'),
    'to-neighbours': widenTo('neighbours'),
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
    case 'audience':
      return liveView(
        context,
        await context.perform(broadcastAudience, {
          guildId: context.guildId,
          broadcast: String(options.broadcast ?? ''),
          // The action's own input checks this: Discord's choices guarantee nothing.
          audience: options.audience as Audience,
        }),
      );
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

/** Discord sends options in any order; ours are in order of preference. */
function startInput(guildId: string, options: CommandInput['options']): z.input<typeof broadcastStart.input> {
  const { channel, source, second, third, fourth, title, loop, shuffle, normalize, audience } = options;
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
    ...(audience !== undefined && { audience: audience as Audience }),
  };
}

async function refresh(context: CommandContext, id: string): Promise<View> {
  const { own } = await context.perform(broadcastList, { guildId: context.guildId, waitMs: 0 });
  const live = own.find((broadcast) => broadcast.id === id);
  return live ? liveView(context, live) : endedView({ id });
}

function widenTo(audience: Audience): ComponentHandler {
  return {
    mode: 'update',
    run: async (context, { data }) =>
      liveView(
        context,
        await context.perform(broadcastAudience, { guildId: context.guildId, broadcast: data, audience }),
      ),
  };
}
