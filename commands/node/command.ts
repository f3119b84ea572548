import {
  nodeConnect,
  nodeForget,
  nodePeers,
  nodeStart,
  nodeStatus,
  nodeStop,
} from '#contracts/actions/node.ts';
import type { Command, CommandContext, CommandInput, View } from '#contracts/command.ts';
import { slashCommand, subcommand, suggestedOption, textOption } from '../definition.ts';
import { suggestCommunities } from '../suggestions.ts';
import { confirm, trust } from './trust.ts';
import { communitiesView, communityView, statusView } from './view.ts';

const community = { required: true, lengthMax: 128 };

export const node: Command = {
  definition: slashCommand('node', 'The libp2p node that finds and reaches other communities', [
    subcommand('start', 'Start the node'),
    subcommand('stop', 'Stop the node; streams to other communities end cleanly first'),
    subcommand('status', 'Show state, addresses and connections'),
    subcommand('peers', 'List the communities that are trusted or were found'),
    subcommand('connect', 'Dial a community now', [
      suggestedOption('address', 'A multiaddr, or a known community', { required: true, lengthMax: 512 }),
    ]),
    subcommand('trust', 'Let a community see and play our broadcasts; it must trust us too', [
      suggestedOption('community', 'A peer id, or a community that was found', community),
      textOption('name', 'Your name for it', { lengthMax: 64 }),
      textOption('words', 'The six safety words, as its people read them out', { lengthMax: 256 }),
    ]),
    subcommand('forget', 'Withdraw trust at once', [
      suggestedOption('community', 'A trusted community', community),
    ]),
  ]),
  // Addresses reveal where a hub stands: only the asker sees them.
  replyMode: 'ephemeral',
  run,
  autocomplete: (context, input) => {
    const typed = input.focused?.value ?? '';
    if (input.subcommand === 'trust') return suggestCommunities(context, typed, ({ trusted }) => !trusted);
    if (input.subcommand === 'forget') return suggestCommunities(context, typed, ({ trusted }) => trusted);
    return suggestCommunities(context, typed, ({ connected }) => !connected);
  },
  components: {
    confirm: { mode: 'update', run: (context, { data }) => confirm(context, data) },
    refresh: {
      mode: 'update',
      run: async (context) => statusView(context, await context.perform(nodeStatus, {})),
    },
    start: {
      mode: 'update',
      run: async (context) => statusView(context, await context.perform(nodeStart, {})),
    },
    stop: {
      mode: 'update',
      run: async (context) => statusView(context, await context.perform(nodeStop, {})),
    },
  },
};

async function run(context: CommandContext, { subcommand, options }: CommandInput): Promise<View> {
  const reference = { community: String(options.community ?? '') };
  switch (subcommand) {
    case 'start':
      return statusView(context, await context.perform(nodeStart, {}));
    case 'stop':
      return statusView(context, await context.perform(nodeStop, {}));
    case 'peers':
      return communitiesView(await context.perform(nodePeers, {}));
    case 'connect':
      return communityView(
        'Connected',
        await context.perform(nodeConnect, { address: String(options.address) }),
      );
    case 'trust':
      return trust(context, options);
    case 'forget':
      return communityView('Forgotten', await context.perform(nodeForget, reference));
    default:
      return statusView(context, await context.perform(nodeStatus, {}));
  }
}
