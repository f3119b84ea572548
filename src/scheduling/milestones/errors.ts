import { defineErrors } from '#core/errors.ts';

export const milestoneErrors = defineErrors({
  MILESTONE_UNKNOWN: {
    kind: 'user',
    message: () => 'There is no such milestone here.',
    next: () => 'Choose one of those that /milestone list shows.',
  },
  MILESTONE_OVER: {
    kind: 'user',
    message: (d: { state: 'reached' | 'cancelled' }) =>
      `This milestone is ${d.state}; it can’t be changed any more.`,
    next: () => 'Add a new milestone for what comes next.',
  },
  MILESTONE_CHANGED: {
    kind: 'user',
    message: () => 'Somebody else changed this milestone at the same moment.',
    next: () => 'Look at it again, then make your change.',
  },
  MILESTONE_TOO_MANY: {
    kind: 'user',
    message: (d: { max: number }) => `This server has ${d.max} open milestones, which is the most.`,
    next: () => 'Mark those that are reached as done, or remove what is no longer planned.',
  },
});
