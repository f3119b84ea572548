import { defineErrors } from '#core/errors.ts';

export const tokenErrors = defineErrors({
  TOKEN_UNKNOWN: {
    kind: 'user',
    message: () => 'This server has no such token.',
    next: () => 'List the tokens: it may have been revoked already.',
  },
});
