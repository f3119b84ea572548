import { defineErrors } from '#core/errors.ts';
import type { Role } from './actor.ts';

export const actionErrors = defineErrors({
  ACTION_FORBIDDEN: {
    kind: 'user',
    message: (d: { action: string; needed: Role; role: Role | 'none' }) =>
      `You need the role “${d.needed}” for this; yours is “${d.role}”.`,
    next: () => 'Ask a server manager to run /access grant for one of your Discord roles.',
  },
  ACTION_INPUT_INVALID: {
    kind: 'user',
    message: (d: { action: string; problems: string[] }) =>
      `That input can’t be used: ${d.problems.join('; ')}.`,
    next: () => 'Correct it and run the command again.',
  },
  ACTION_KEY_REUSED: {
    kind: 'user',
    message: (_: { action: string }) => 'This request’s key was used before for a different request.',
    next: () => 'Use a new key for a new request.',
  },
  ACTION_IN_PROGRESS: {
    kind: 'user',
    message: (_: { action: string }) => 'The same request is still being worked on.',
    next: () => 'Wait a moment, then look at the status.',
  },
  ACTION_SHOWN_ONCE: {
    kind: 'user',
    message: (_: { action: string }) => 'This was done before, and its answer is shown only once.',
    next: () => 'Ask anew if it was missed, and revoke what was made then.',
  },
  ACTION_HUB_STOPPING: {
    kind: 'user',
    message: () => 'The hub is stopping and takes no new work.',
    next: () => 'Try again when it is back.',
  },
});
