import {
  nodeConnect,
  nodeForget,
  nodePeers,
  nodeStart,
  nodeStatus,
  nodeStop,
} from '#contracts/actions/node.ts';
import type { CommandCode, CommandContext, CommandInput, View } from '#contracts/command.ts';
import { suggestCommunities } from '../suggestions.ts';
import { confirm, trust } from './trust.ts';
import { communitiesView, communityView, statusView } from './view.ts';

export const code: CommandCode = {
  run,
  autocomplete: (context, input) => {
    const typed = input.focused?.value ?? '';
    if (input.subcommand === 'trust') return suggestCommunities(context, typed, ({ trusted }) => !trusted);
    if (input.subcommand === 'forget') return suggestCommunities(context, typed, ({ trusted }) => trusted);
    return suggestCommunities(context, typed, ({ connected }) => !connected);
  },
  controls: {
    confirm: (context, { data }) => confirm(context, data),
    refresh: async (context) => statusView(context, await context.perform(nodeStatus, {})),
    start: async (context) => statusView(context, await context.perform(nodeStart, {})),
    stop: async (context) => statusView(context, await context.perform(nodeStop, {})),
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
