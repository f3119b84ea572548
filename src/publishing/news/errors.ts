import { defineErrors } from '#core/errors.ts';

export const newsErrors = defineErrors({
  NEWS_NOT_A_FEED: {
    kind: 'user',
    message: (d: { place: string; found: string }) => `At ${d.place} is ${d.found}, not an RSS or Atom feed.`,
    next: () =>
      'Open the address in a browser: the feed’s own often ends in “/feed”, “/rss” or “.xml”. A page for a while is read again by itself.',
  },
  NEWS_TOO_LARGE: {
    kind: 'user',
    message: (d: { place: string; what: string }) =>
      `What is at ${d.place} is too large to be read: ${d.what}.`,
    next: () => 'Name a feed of the newest entries only, or ask its owner to shorten it.',
  },
  NEWS_GONE: {
    kind: 'user',
    message: (d: { place: string }) => `${d.place} says that it is gone for good (410); it is asked no more.`,
    next: () => 'Remove the chain, and add it again with the feed’s new address.',
  },
  NEWS_ABSENT: {
    kind: 'user',
    message: (d: { place: string }) => `There is nothing at ${d.place} (404).`,
    next: () => 'Check the address; if it has moved, add the chain again with the new one.',
  },
  NEWS_PRIVATE: {
    kind: 'user',
    message: (d: { place: string }) => `${d.place} is not there, or is not public.`,
    next: () =>
      'Check its name. For a private repository a manager first adds a GitHub target of it and gives that a token with /publish connect; feeds must be public.',
  },
  NEWS_HOOK_UNKNOWN: {
    kind: 'user',
    message: () => 'No chain of this hub has a webhook at this address.',
    next: () => 'Remove the webhook, or enter the address that a manager was shown by /chain add.',
  },
  NEWS_HOOK_SIGNATURE: {
    kind: 'user',
    message: () => 'The signature of this request is missing, or was made with another secret.',
    next: () =>
      'Enter the secret that a manager was shown by /chain add; where it is lost, the chain is removed and added again.',
  },
  NEWS_HOOK_REPLAYED: {
    kind: 'user',
    message: () => 'A request with this delivery id was taken before.',
    next: () => 'There is nothing to do: what it told of has been seen.',
  },
  NEWS_HOOK_UNREADABLE: {
    kind: 'user',
    message: (d: { problem: string }) => `This request can’t be used: ${d.problem}.`,
    next: () => 'Let the webhook of the chain’s own repository send the event “Releases”.',
  },
  NEWS_HOOK_HELD: {
    kind: 'user',
    message: () => 'The chain belongs to a server that this hub doesn’t serve now.',
    next: () => 'What was released is found when the hub serves it again.',
  },
  NEWS_REFUSED: {
    kind: 'remote',
    message: (d: { place: string; reason: string }) => `${d.place} could not be read: ${d.reason}.`,
    next: () =>
      'A chain that is there reads it again by itself, and misses nothing; to add one, try again in a moment.',
  },
});
