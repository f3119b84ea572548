import { Neighbours } from '#audio/neighbours/neighbours.ts';
import { ShownWords } from '#audio/neighbours/shown-words.ts';
import type { Perform } from '#contracts/action.ts';
import type { Actor } from '#contracts/actor.ts';
import { type Clock, systemClock } from '#core/clock.ts';
import type { TestHub } from '../../mesh/support/hub.ts';

export const ours = '100000000000000001';
export const manager: Actor = {
  ...{ kind: 'guild-member', guildId: ours, userId: '2', displayName: 'Sol', roleIds: [] },
  ...{ isGuildOwner: false, hasManageGuild: true, isOperator: false },
};

/** Performs the actions of the mesh; which people may is decided elsewhere. */
export function performOf(hub: Pick<TestHub, 'act'>): Perform {
  return (spec, actor, input, { signal } = {}) => hub.act(spec, input, signal, actor);
}

/** What a service has of the mesh. */
export function portsOf(hub: TestHub, clock: Clock = systemClock()) {
  const { mesh } = hub;
  return {
    communities: mesh.communities,
    remote: mesh.remote,
    ownPeerId: () => mesh.peerId(),
    safetyWords: (peerId: string) => mesh.safetyWords(peerId),
    perform: performOf(hub),
    shownWords: new ShownWords({ clock }),
    clock,
  };
}

export function neighboursOf(hub: TestHub) {
  const neighbours = new Neighbours(portsOf(hub));
  const ask = (what: string, allow = false, mayAllow = true) =>
    neighbours.find({ what, actor: manager, mayAllow, allow, waitMs: 10_000 }, AbortSignal.timeout(15_000));
  return { neighbours, ask };
}
