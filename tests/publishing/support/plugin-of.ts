import type { Publisher, PublisherPlugin } from '#contracts/publisher.ts';

/** A publisher that a test made, as a plugin whose code is there already. Plugins stay what they are. */
export function pluginOf(publisher: Publisher | PublisherPlugin): PublisherPlugin {
  if ('load' in publisher) return publisher;
  return {
    ...publisher,
    ...(publisher.releaseNews && { hasReleaseNews: true }),
    load: async () => publisher,
  };
}
