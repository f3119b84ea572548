import { defineErrors } from '#core/errors.ts';

/** Errors of the hubs that the launcher and the demo start. */
export const launchErrors = defineErrors({
  PLAYGROUND_HUB_FAILED: {
    kind: 'operator',
    message: (d: { hub: string; message: string; next: string; code?: string }) =>
      `${d.hub} could not start: ${d.message}${d.code === undefined ? '' : ` (${d.code})`}`,
    next: (d) => d.next,
  },
  PLAYGROUND_HUB_ENDED: {
    kind: 'operator',
    message: (d: { hub: string; how: string }) => `${d.hub} ended before it was ready (${d.how}).`,
    next: () => 'Look at the lines of its log above, then start again.',
  },
});
