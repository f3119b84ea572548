import type { ItemFacts } from './contract.ts';

/** Without fields that are undefined, and without any that are no facts; always in the same order. */
export function knownFacts({ album, artist, coverId, durationMs, title }: ItemFacts): ItemFacts {
  return {
    title,
    ...(artist !== undefined && { artist }),
    ...(album !== undefined && { album }),
    ...(durationMs !== undefined && { durationMs }),
    ...(coverId !== undefined && { coverId }),
  };
}
