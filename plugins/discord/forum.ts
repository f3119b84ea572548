import type { Channel } from './client.ts';

/** Forums and media channels. */
export const forumTypes: readonly number[] = [15, 16];
const flagRequireTag = 1 << 4;

/** Whether people must choose a tag. */
export function asksForTag({ flags = 0 }: Channel): boolean {
  return (flags & flagRequireTag) !== 0;
}
