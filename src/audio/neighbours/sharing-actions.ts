import { type AnyAction, implement } from '#contracts/action.ts';
import { playerShareList } from '#contracts/actions/player-sharing.ts';
import type { Sharing } from './sharing.ts';

export function sharingActions(sharing: Sharing): AnyAction[] {
  return [implement(playerShareList, ({ actor }, { guildId }) => sharing.candidates(actor, guildId))];
}
