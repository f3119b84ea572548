import { type AnyAction, implement } from '#contracts/action.ts';
import { chainAdd, chainList, chainRemove, chainRun, chainShow } from '#contracts/actions/chains.ts';
import { actorKey } from '#contracts/actor.ts';
import type { ChainService } from './chain-service.ts';

export function chainActions(service: ChainService): AnyAction[] {
  return [
    implement(chainAdd, async ({ actor, signal }, input) => service.add(input, actorKey(actor), signal)),
    implement(chainList, async (_, { guildId }) => ({ chains: await service.list(guildId) })),
    implement(chainShow, async (_, { guildId, chain }) => service.show(guildId, chain)),
    implement(chainRemove, async (_, { guildId, chain }) => service.remove(guildId, chain)),
    implement(chainRun, async (_, input) => {
      const { guildId, chain } = input;
      if (input.kind === 'resume') return service.resume(guildId, chain, input.runId);
      const { label, description, artifacts } = input;
      return service.begin(guildId, chain, { label, description, artifacts });
    }),
  ];
}
