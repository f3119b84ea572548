import type { AnyAction } from '#contracts/action.ts';
import type { SourceOpener } from '../source/source-opener.ts';
import { Looks, type LooksComponents } from './looks.ts';
import { Neighbours, type NeighboursComponents } from './neighbours.ts';
import { Sharing, type SharingComponents } from './sharing.ts';
import { type SharedPlayers, sharingActions } from './sharing-actions.ts';
import { ShownWords } from './shown-words.ts';

export type NeighbourhoodComponents = Omit<NeighboursComponents & SharingComponents, 'shownWords'> & {
  roles: LooksComponents['roles'];
  players: SharedPlayers;
  sources: Pick<SourceOpener, 'examine'>;
};

export interface Neighbourhood {
  /** What communities share with us. */
  neighbours: Neighbours;
  /** What the players of this hub share with them. */
  sharing: Sharing;
  /** The waits of people. */
  looks: Looks;
  actions: readonly AnyAction[];
}

/** Both directions: what was shown in one confirms a pick in the other, since it is the same key. */
export function createNeighbourhood(components: NeighbourhoodComponents): Neighbourhood {
  const { players, sources } = components;
  const parts = { ...components, shownWords: new ShownWords(components) };
  const sharing = new Sharing(parts);
  const neighbours = new Neighbours(parts);
  const looks = new Looks({ ...components, neighbours });
  return {
    neighbours,
    sharing,
    looks,
    actions: [...sharingActions({ sharing, players, sources }), ...looks.actions],
  };
}
