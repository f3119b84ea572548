import { defineErrors } from '#core/errors.ts';

export const tokenErrors = defineErrors({
  TOKEN_UNKNOWN: {
    kind: 'user',
    message: () => 'This server has no such token.',
    next: () => 'List the tokens: it may have been revoked already.',
  },
  TOKEN_OTHER_GUILD: {
    kind: 'user',
    message: () => 'Tokens of another server can’t be seen or changed from here.',
    next: () => 'Run the command in the server it is about.',
  },
});
