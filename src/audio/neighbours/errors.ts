import { defineErrors } from '#core/errors.ts';

/** Errors of what communities share with each other through their players. */
export const neighbourErrors = defineErrors({
  NEIGHBOUR_AMBIGUOUS: {
    kind: 'user',
    message: (d: { name: string; peerIds: string[] }) =>
      `${d.peerIds.length} communities call themselves “${d.name}”.`,
    next: () => 'Ask the people you mean for their peer id (/node status shows it), and play that.',
  },
  NEIGHBOUR_NEW_KEY: {
    kind: 'user',
    message: (d: { name: string; peerId: string }) =>
      `Another hub was trusted as “${d.name}” before; this one has another key.`,
    next: (d: { name: string; peerId: string }) =>
      `Compare the six words with its people first: a manager runs /node trust community:${d.peerId}.`,
  },
  NEIGHBOUR_GONE: {
    kind: 'user',
    message: (_: { peerId: string }) => 'That community isn’t found any more.',
    next: () => 'Press Share again: it lists the communities that are found now.',
  },
  NEIGHBOUR_NOT_SHOWN: {
    kind: 'user',
    message: (d: { name: string }) =>
      `“${d.name}” isn’t trusted yet, and you haven’t been shown its six words in the last minutes.`,
    next: () => 'Press Share again: it shows them, and a pick confirms them.',
  },
  NEIGHBOUR_SHARED_WITH_TOO_MANY: {
    kind: 'user',
    message: (d: { sharedWithMax: number }) =>
      `The player is shared with ${d.sharedWithMax} communities at most.`,
    next: () =>
      'Unshare it with one of them first. What all trusted communities may hear is a broadcast: /broadcast start.',
  },
});
