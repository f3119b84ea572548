import { broadcastList, broadcastStart, broadcastStop, sourceList } from '#contracts/actions/broadcast.ts';
import type { Command, CommandContext, CommandInput, View } from '#contracts/command.ts';
import { flagOption, slashCommand, subcommand, suggestedOption, textOption } from '../definition.ts';
import { matching, suggestBroadcasts } from '../suggestions.ts';
import { endedView, listView, liveView } from './view.ts';

export const broadcast: Command = {
  definition: slashCommand('broadcast', 'Offer live audio to the communities that are trusted', [
    subcommand('start', 'Start a broadcast', [
      suggestedOption('source', '“sample”, a file of the library, or a web radio’s address', {
        required: true,
        lengthMax: 2_000,
      }),
      textOption('title', 'What listeners see', { lengthMax: 100 }),
      flagOption('loop', 'Start a file again at its end (default: yes)'),
    ]),
    subcommand('stop', 'End a broadcast', [
      suggestedOption('broadcast', 'One of our broadcasts', { required: true, lengthMax: 64 }),
    ]),
    subcommand('list', 'Our broadcasts and those of trusted communities'),
  ]),
  replyMode: ({ subcommand }) => (subcommand === 'list' ? 'ephemeral' : 'public'),
  run,
  autocomplete: async (context, { subcommand, focused }) => {
    const typed = focused?.value ?? '';
    if (subcommand === 'stop') return suggestBroadcasts(context, typed, { ownOnly: true });
    const { sources } = await context.perform(sourceList, { search: typed.slice(0, 200) });
    return matching(
      sources.map(({ source, title }) => ({ name: title, value: source })),
      '',
    );
  },
  components: {
    refresh: { mode: 'update', run: async (context, { data }) => refresh(context, data) },
    stop: {
      mode: 'update',
      run: async (context, { data }) => endedView(await context.perform(broadcastStop, { broadcast: data })),
    },
    'refresh-list': {
      mode: 'update',
      run: async (context) => listView(context, await context.perform(broadcastList, {})),
    },
    'stop-listed': {
      mode: 'update',
      run: async (context, { data }) => {
        await context.perform(broadcastStop, { broadcast: data });
        return listView(context, await context.perform(broadcastList, {}));
      },
    },
  },
};

async function run(context: CommandContext, { subcommand, options }: CommandInput): Promise<View> {
  switch (subcommand) {
    case 'start': {
      const started = await context.perform(broadcastStart, {
        source: String(options.source ?? ''),
        ...(options.title !== undefined && { title: String(options.title) }),
        ...(options.loop !== undefined && { loop: options.loop === true }),
      });
      return liveView(context, started);
    }
    case 'stop':
      return endedView(await context.perform(broadcastStop, { broadcast: String(options.broadcast ?? '') }));
    default:
      return listView(context, await context.perform(broadcastList, {}));
  }
}

async function refresh(context: CommandContext, id: string): Promise<View> {
  const { own } = await context.perform(broadcastList, {});
  const live = own.find((broadcast) => broadcast.id === id);
  return live ? liveView(context, live) : endedView({ id });
}
