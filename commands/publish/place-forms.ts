import type { CommandDeclaration, ControlInput, ControlMode } from '#contracts/command.ts';

/** What stands before the id of a kind whose questions a window asks. */
export const windowMark = 'window:';

/** The controls, forms and panels that a command declares to set places up. */
export const declaredPlaces = {
  controls: {
    places: 'update',
    'place-kind': ({ values: [kind = ''] }: ControlInput): ControlMode =>
      kind.startsWith(windowMark) ? 'form' : 'update',
    'place-channel': 'update',
    'place-open': 'update',
    'place-connect': 'update',
    'place-pick': 'update',
    'place-name-it': 'form',
    'place-test': 'reply',
    'place-more': 'form',
    'place-settings': 'update',
    'place-page': 'form',
    'place-copy': 'form',
    'place-remove': 'update',
    'place-gone': 'update',
  },
  forms: { 'place-new': 'update', 'place-changed': 'update', 'place-copied': 'update' },
  panels: ['place'],
} satisfies Partial<CommandDeclaration>;
