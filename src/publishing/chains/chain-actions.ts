import { type AnyAction, implement } from '#contracts/action.ts';
import { chainAdd, chainList, chainRemove, chainRun, chainShow } from '#contracts/actions/chains.ts';
import { actorKey } from '#contracts/actor.ts';
import { requireSameGuild } from '../same-guild.ts';
import type { ChainService } from './chain-service.ts';

export function chainActions(service: ChainService): AnyAction[] {
  return [
    implement(chainAdd, async ({ actor }, input) => {
      requireSameGuild(actor, input.guildId);
      return service.add(input, actorKey(actor));
    }),
    implement(chainList, async ({ actor }, { guildId }) => {
      requireSameGuild(actor, guildId);
      return { chains: await service.list(guildId) };
    }),
    implement(chainShow, async ({ actor }, { guildId, chain }) => {
      requireSameGuild(actor, guildId);
      return service.show(guildId, chain);
    }),
    implement(chainRemove, async ({ actor }, { guildId, chain }) => {
      requireSameGuild(actor, guildId);
      return service.remove(guildId, chain);
    }),
    implement(chainRun, async ({ actor }, input) => {
      requireSameGuild(actor, input.guildId);
      const { guildId, chain } = input;
      if (input.kind === 'resume') return service.resume(guildId, chain, input.runId);
      const { label, description, artifacts } = input;
      return service.begin(guildId, chain, { label, description, artifacts });
    }),
  ];
}
