/** Limits of the interaction router. Platform limits: https://discord.com/developers/docs/interactions/receiving-and-responding */

/** Discord: an interaction token works this long. */
export const tokenLifetimeMs = 15 * 60_000;
/** We stop trusting a token this long before Discord does. */
export const tokenMarginMs = 30_000;
/** Discord waits 3 s for autocomplete; late choices are useless to a person typing. */
export const autocompleteBudgetMs = 1_500;
export const autocompleteChoicesMax = 25;
/** The same question from the same person within this time gets the same choices. */
export const autocompleteCacheMs = 2_000;
export const autocompleteCacheEntriesMax = 1_000;

/** Per person: this many commands or clicks at once, then one per refill. */
export const commandBurstMax = 10;
export const commandRefillMs = 1_000;
/** Per person: people type faster than they run commands. */
export const autocompleteBurstMax = 20;
export const autocompleteRefillMs = 100;
/** People remembered by a limiter; the one idle for longest is forgotten first. */
export const limiterUsersMax = 10_000;

/** Interactions handled at once. */
export const interactionsInFlightMax = 200;
/** Interaction ids remembered, to ignore what a resumed gateway session repeats. */
export const seenInteractionsMax = 5_000;
/** A command that takes longer is aborted: no token can carry its answer. */
export const commandDurationMaxMs = 60 * 60_000;

/** Discord: a message's components, nested ones included. */
export const componentsMax = 40;
/** Discord: text of all components of a message together. */
export const componentTextMax = 4_000;
/** Discord: files of a message. */
export const viewFilesMax = 10;
/** Discord: one file in a server without boosts. */
export const viewFileBytesMax = 10 * 1024 * 1024;
/** Discord: a custom id. */
export const customIdLengthMax = 100;
/** Controls for one person stay usable this long; those for everybody as long as their message. */
export const customIdLifetimeMs = 12 * 60 * 60_000;

/** Discord: fields of a form. */
export const formFieldsMax = 5;
/** Discord: title and labels of a form. */
export const formLabelMax = 45;
/** Discord: the help below a label. */
export const formHelpMax = 100;
/** Discord: text of one field. */
export const formTextMax = 4_000;
/** Discord: radio buttons of one field. */
export const formRadiosMin = 2;
export const formRadiosMax = 10;
/** Discord: boxes of one field. */
export const formBoxesMax = 10;
/** Discord: options of a select, and what can be picked in one. */
export const formOptionsMax = 25;
/** Discord: value, label and help of an option. */
export const formOptionTextMax = 100;
/** Discord: files of one field. */
export const formFilesMax = 10;
/** Discord accepts a form for 3 s after the interaction; preparing it may take this long. */
export const formBudgetMs = 2_000;

/** Drafts stored for one person; the oldest is dropped first. */
export const draftsPerPersonMax = 8;
/** Characters of one draft as JSON: a publication of 100,000 with room for the rest. */
export const draftCharactersMax = 150_000;
/** Characters of all drafts of one person: the store keeps 1 MiB per entry, and one character may take 3 bytes. */
export const draftsCharactersMax = 300_000;

/** Messages kept up to date at once; the one registered longest ago is dropped first. */
export const panelsMax = 500;
/** One panel is edited at most this often. */
export const panelEditEveryMs = 2_000;
/** Edits of all panels together: Discord allows a bot 50 requests a second, of which answers to people come first. */
export const editsPerWindowMax = 10;
export const editsWindowMs = 1_000;
/** Edits in one channel: Discord allows 5 in 5 s, and 3 in 6 s for messages over an hour old (30046). */
export const editsPerChannelMax = 2;
export const editsPerChannelWindowMs = 6_000;
/** An edit that has waited this long goes before what has changed since. */
export const editAgesAfterMs = 15_000;
/** Guilds whose last turn is remembered; the one served longest ago is forgotten first. */
export const pacedGuildsMax = 1_000;
/** A panel that changes permanently is updated no more often than this. */
export const panelEveryMsMin = 5_000;
/** Such panels are updated this long after a restart of the hub. */
export const panelRestoreAfterMs = 10_000;
/** A panel that is not over by then is no longer updated; Refresh resumes it. */
export const panelLifetimeMs = 7 * 24 * 60 * 60_000;
/** After a restart of the hub panels are updated this far apart. */
export const panelRestoreEveryMs = 250;
/** Reading what a panel shows may take this long. */
export const panelReadMaxMs = 10_000;
