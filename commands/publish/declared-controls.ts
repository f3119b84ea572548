import type { CommandDeclaration } from '#contracts/command.ts';

/** The controls, forms and panels that a command declares to show previews and publications. */
export const declaredControls = {
  controls: {
    send: 'update',
    edit: 'form',
    cancel: 'update',
    read: 'reply',
    page: 'update',
    'review-read': 'reply',
    'review-page': 'update',
    change: 'form',
    refresh: 'update',
    review: 'reply',
    approve: 'update',
    withdraw: 'update',
    retry: 'update',
    discard: 'update',
    done: 'form',
    words: 'form',
    'take-back': 'reply',
    'take-back-ask': 'update',
    'take-back-now': 'update',
  },
  forms: { edit: 'update', change: 'reply', landed: 'update', words: 'update' },
  panels: ['publication'],
} satisfies Partial<CommandDeclaration>;
