import { type AnyAction, implement } from '#contracts/action.ts';
import {
  targetChange,
  targetChoices,
  targetCopy,
  targetKinds,
  targetSetup,
  targetShow,
} from '#contracts/actions/places.ts';
import type { PlaceService } from './place-service.ts';

export function placeActions({ places }: { places: PlaceService }): AnyAction[] {
  return [
    implement(targetKinds, async (_, { kind }) => places.kinds(kind)),
    implement(targetSetup, async ({ actor, signal }, input) => places.setup(actor, input, signal)),
    implement(targetChange, async ({ signal }, input) => places.change(input, signal)),
    implement(targetCopy, async ({ actor, signal }, input) => places.copy(actor, input, signal)),
    implement(targetShow, async (_, { guildId, target }) => places.show(guildId, target)),
    implement(targetChoices, async ({ signal }, { guildId, target }) =>
      places.choices(guildId, target, signal),
    ),
  ];
}
