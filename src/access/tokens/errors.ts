import { defineErrors } from '#core/errors.ts';

export const tokenErrors = defineErrors({
  TOKEN_MAKER_LEFT: {
    kind: 'user',
    message: () => 'Whoever made this token is no longer in the server it belongs to, so it may do nothing.',
    next: () => 'A manager of the server makes another with /publish token add.',
  },
  TOKEN_UNKNOWN: {
    kind: 'user',
    message: () => 'This server has no such token.',
    next: () => 'List the tokens: it may have been revoked already.',
  },
});
