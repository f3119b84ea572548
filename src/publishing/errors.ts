import { defineErrors } from '#core/errors.ts';

/** Errors of the publication service: targets, credentials, publications, approval, chains. The outbox has its own. */
export const publishErrors = defineErrors({
  PUBLISH_NO_TARGET: {
    kind: 'user',
    message: (d: { target: string; suggestion?: string | undefined }) =>
      `There is no target “${d.target}” here${d.suggestion ? `; did you mean “${d.suggestion}”?` : '.'}`,
    next: () => 'Choose one of the targets that are listed, or add it first.',
  },
  PUBLISH_TARGET_TAKEN: {
    kind: 'user',
    message: (d: { target: string }) => `There is a target “${d.target}” already.`,
    next: () => 'Choose another name, or remove that target first.',
  },
  PUBLISH_TOO_MANY: {
    kind: 'user',
    message: (d: { what: string; max: number }) => `There are ${d.max} ${d.what} already, which is the most.`,
    next: () => 'Remove one that is no longer needed, then try again.',
  },
  PUBLISH_NO_PUBLISHER: {
    kind: 'user',
    message: (d: { publisher: string; suggestion?: string | undefined }) =>
      `This hub can’t publish to “${d.publisher}”${d.suggestion ? `; did you mean “${d.suggestion}”?` : '.'}`,
    next: () => 'Choose one of the publishers that are listed.',
  },
  PUBLISH_NOT_LOADED: {
    kind: 'operator',
    message: (d: { publisher: string }) => `The hub could not load its code for ${d.publisher}.`,
    next: () =>
      'The hub’s log says why; install the hub again if files of it are missing or damaged. It is tried again at the next use.',
  },
  PUBLISH_OPTIONS_INVALID: {
    kind: 'user',
    message: (d: { publisher: string; problems: string[] }) =>
      `That can’t be set up for ${d.publisher}. ${d.problems.join(' ')}`,
    next: () => 'Correct what is named, then add the target again.',
  },
  PUBLISH_OTHER_SITE: {
    kind: 'user',
    message: (d: { site: string; publisher: string; example: string }) =>
      `That is an address of ${d.site}, not of ${d.publisher}.`,
    next: (d) => `Give something such as ${d.example}, or choose another kind of place.`,
  },
  PUBLISH_NO_KIND: {
    kind: 'user',
    message: () => 'That kind of place can’t be set up here any more.',
    next: () => 'A manager types /publish setup and chooses among what it shows.',
  },
  PUBLISH_CHOICES_UNSEEN: {
    kind: 'remote',
    message: (d: { publisher: string; reason: string }) =>
      `${d.publisher} doesn’t say what could be picked: ${d.reason}.`,
    next: () => 'Paste the address instead, or try again in a moment.',
  },
  PUBLISH_CHANNEL_UNKNOWN: {
    kind: 'user',
    message: (d: { name: string }) => `No channel here that fits is called #${d.name}.`,
    next: () => 'Check its name and its kind; a manager can pick it from a list with /publish setup.',
  },
  PUBLISH_CHANNEL_AMBIGUOUS: {
    kind: 'user',
    message: (d: { name: string; count: number }) => `${d.count} channels here are called #${d.name}.`,
    next: () => 'Give a link to the one that is meant; or a manager picks it with /publish setup.',
  },
  PUBLISH_NO_PUBLICATION: {
    kind: 'user',
    message: () => 'There is no such publication here.',
    next: () => 'See /deliveries list for what is on its way.',
  },
  PUBLISH_NO_ARTIFACT: {
    kind: 'user',
    message: (d: { cid: string }) => `The artifact ${d.cid.slice(0, 12)}… is not here any more.`,
    next: () => 'Add it again, or publish without it.',
  },
  PUBLISH_PROBLEMS: {
    kind: 'user',
    message: (d: { target: string; problems: string[] }) =>
      `${d.target} would refuse this: ${d.problems.join(' ')}`,
    next: () => 'Change what is named, then publish again.',
  },
  PUBLISH_SECRET: {
    kind: 'user',
    message: (d: { places: string[] }) => `This would give a secret away: ${d.places.join('; ')}.`,
    next: () => 'Take it out; if it was shown to anybody already, have it replaced where it comes from.',
  },
  PUBLISH_NOTHING_TO_SEND: {
    kind: 'user',
    message: (d: { problems: string[] }) => `No target would take this: ${d.problems.join(' ')}`,
    next: () => 'Change what is named, then publish again.',
  },
  PUBLISH_CHANGED: {
    kind: 'user',
    message: (d: { target: string }) => `What would be sent to ${d.target} is no longer what you were shown.`,
    next: () => 'Look at the preview again.',
  },
  PUBLISH_TIME_PASSED: {
    kind: 'user',
    message: (d: { when: string }) => `The time ${d.when} has passed.`,
    next: () => 'Choose a time to come, or publish now.',
  },
  PUBLISH_NO_TIMES: {
    kind: 'operator',
    message: () => 'This hub can’t plan publications: it has no schedules.',
    next: () => 'Publish now instead.',
  },
  PUBLISH_ALREADY_LEFT: {
    kind: 'user',
    message: () => 'All of it has left already or is over.',
    next: () => 'Publish anew if it has to be said differently.',
  },
  PUBLISH_APPROVAL_EXPIRED: {
    kind: 'user',
    message: (d: { days: number }) => `It waited for approval for more than ${d.days} days.`,
    next: () => 'Publish it anew, or edit it: that asks again.',
  },
  PUBLISH_APPROVAL_NEEDS_MANAGER: {
    kind: 'user',
    message: (d: { target: string }) => `Only a manager can approve what goes to ${d.target}.`,
    next: () => 'Ask a manager of this server to look at it.',
  },
  PUBLISH_APPROVAL_NEEDS_PERSON: {
    kind: 'user',
    message: () => 'Only a person can approve.',
    next: () => 'Ask somebody who may publish in this server.',
  },
  PUBLISH_APPROVED_ALREADY: {
    kind: 'user',
    message: (d: { needed: number }) => `You have approved this; it needs ${d.needed} different people.`,
    next: () => 'Ask somebody else to look at it.',
  },
  PUBLISH_LINK_INVALID: {
    kind: 'user',
    message: () => 'This link was used already, has expired, or never existed.',
    next: () => 'A manager gets a new one with /publish connect.',
  },
  PUBLISH_CREDENTIAL_INVALID: {
    kind: 'user',
    message: (d: { problems: string[] }) => `These credentials can’t be kept: ${d.problems.join('; ')}.`,
    next: () => 'Correct what is named and enter them again.',
  },
  PUBLISH_CREDENTIAL_MISSING: {
    kind: 'user',
    message: (d: { target: string; names: string[] }) => `${d.target} has no ${d.names.join(', no ')} yet.`,
    next: (d) => `A manager connects it with /publish connect target:${d.target}.`,
  },
  PUBLISH_VAULT_SEALED: {
    kind: 'operator',
    message: (d: { why: string }) =>
      `Stored credentials can’t be opened, nor deliveries be checked: ${d.why}.`,
    next: () =>
      'Give the right key in GUILDMESH_VAULT_KEY, or put vault.key back into the state folder, and restart the hub.',
  },
  PUBLISH_VAULT_DAMAGED: {
    kind: 'operator',
    message: (d: { target: string; name: string }) =>
      `The stored ${d.name} of ${d.target} was changed behind the hub’s back and is not used.`,
    next: (d) =>
      `A manager enters it again with /publish connect target:${d.target}; look into who can write to the database.`,
  },
  PUBLISH_STAYS: {
    kind: 'user',
    message: (d: { target: string; why: string; url?: string | undefined }) =>
      `What ${d.target} got can’t be taken back: ${d.why}.`,
    next: (d: { url?: string | undefined }) =>
      d.url === undefined ? 'Remove it there by hand.' : `Remove it there by hand: ${d.url}`,
  },
  PUBLISH_NO_CHAIN: {
    kind: 'user',
    message: (d: { chain: string; suggestion?: string | undefined }) =>
      `There is no chain “${d.chain}” here${d.suggestion ? `; did you mean “${d.suggestion}”?` : '.'}`,
    next: () => 'Choose one of the chains that are listed, or add it first.',
  },
  PUBLISH_CHAIN_TAKEN: {
    kind: 'user',
    message: (d: { chain: string }) => `There is a chain “${d.chain}” already.`,
    next: () => 'Choose another name, or remove that chain first.',
  },
  PUBLISH_CHAIN_INVALID: {
    kind: 'user',
    message: (d: { problems: string[] }) => `That chain can’t work: ${d.problems.join('; ')}.`,
    next: () =>
      'Correct what is named, then add the chain again. {receipts} stands for those that there are at each link.',
  },
  PUBLISH_CHAIN_STUCK: {
    kind: 'user',
    message: (d: { max: number }) =>
      `${d.max} runs of this chain are not through yet; no further one starts.`,
    next: () => 'Look at the chain for what holds them up, and let them go on; or remove the chain.',
  },
  PUBLISH_NO_RUN: {
    kind: 'user',
    message: () => 'This chain has no such run.',
    next: () => 'Look at the chain for its runs.',
  },
  PUBLISH_RUN_NOT_STOPPED: {
    kind: 'user',
    message: (d: { state: string }) => `That run is “${d.state}”, not stopped.`,
    next: () => 'Only a stopped run can be told to go on.',
  },
});
