import type { z } from 'zod';
import {
  broadcastAudience,
  broadcastList,
  broadcastNext,
  broadcastStart,
  broadcastStop,
} from '#contracts/actions/broadcast.ts';
import type { Audience } from '#contracts/audio.ts';
import type { CommandCode, CommandContext, CommandInput, ControlHandler, View } from '#contracts/command.ts';
import { suggestBroadcasts } from '../suggestions.ts';
import { refreshRecording, runRecord, stopRecording, suggestRecorded } from './record.ts';
import { suggestSources } from './suggest-sources.ts';
import { endedView, listView, liveView } from './view.ts';

export const code: CommandCode = {
  run,
  autocomplete: (context, { subcommand, focused }) => {
    const typed = focused?.value ?? '';
    if (subcommand?.startsWith('record')) return suggestRecorded(context, typed, focused?.name);
    if (subcommand === 'stop' || subcommand === 'audience')
      return suggestBroadcasts(context, typed, { own: ({ guildId }) => guildId === context.guildId });
    return suggestSources(context, typed);
  },
  controls: {
    'record-stop': stopRecording,
    'record-refresh': refreshRecording,
    refresh: async (context, { data }) => refresh(context, data),
    next: async (context, { data }) =>
      liveView(context, await context.perform(broadcastNext, { guildId: context.guildId, broadcast: data })),
    'to-community': widenTo('community'),
    'to-neighbours': widenTo('neighbours'),
    stop: async (context, { data }) =>
      endedView(await context.perform(broadcastStop, { guildId: context.guildId, broadcast: data })),
    'refresh-list': async (context) =>
      listView(context, await context.perform(broadcastList, { guildId: context.guildId })),
    'stop-listed': async (context, { data }) => {
      await context.perform(broadcastStop, { guildId: context.guildId, broadcast: data });
      return listView(context, await context.perform(broadcastList, { guildId: context.guildId }));
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

function widenTo(audience: Audience): ControlHandler {
  return async (context, { data }) =>
    liveView(
      context,
      await context.perform(broadcastAudience, { guildId: context.guildId, broadcast: data, audience }),
    );
}
