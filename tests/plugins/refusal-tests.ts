const missing = 'without what it needs nothing leaves, and verify says what is missing';
const waits = 'the longer wait counts: $name';

/** For each row of the plugins' tables of refusals the beginnings of the names of tests, or of their cases. */
export const refusalTests: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'archive-org': {
    'keys missing or unknown (401)': [
      missing,
      'verify names keys that are unknown',
      'keys that were made anew',
    ],
    'item taken down': ['an item taken down', 'fails when the item was taken down'],
    'item of somebody else (403, 409)': [
      'an item of somebody else',
      'names an identifier that somebody else has',
    ],
    'collection not there, or no collection': [
      'a collection that isn’t there',
      'an item in place of a collection',
    ],
    'collection without rights to it (403)': ['names the collection without rights'],
    'captures of the day used up, by this page or the account': [
      'captures that are used up',
      'what may pass is tried again',
    ],
    'empty and very large files, nothing to keep': [
      'an empty file',
      'a file too large',
      'no file',
      'no link',
    ],
    'patience asked for (503 `SlowDown`, 429)': [waits, 'SlowDown without a header'],
  },
  bluesky: {
    'handle or app password wrong or missing (401, AuthMissing)': [
      missing,
      'a wrong app password holds the target',
    ],
    'the account’s own password, with a second factor (AuthFactorTokenRequired)': [
      'its own password with a second factor',
    ],
    'token ended (ExpiredToken, InvalidToken)': ['that the server has ended meanwhile is renewed'],
    'account taken down, suspended, deactivated': [
      'an account that was taken down',
      'the server’s own refusal of %s',
      'verify signs in',
    ],
    'text, pictures, alt texts, other files': [
      'five pictures',
      'a large picture',
      'a video',
      'a long alt text',
    ],
    'too many requests (429)': [waits, 'verify signs in'],
    'the post is there (InvalidSwap)': ['that is there already is taken over'],
    'BlobTooLarge, InvalidMimeType, InvalidRecord, “Could not find blob”': ['an answer %i'],
  },
  discord: {
    'bot’s token missing or wrong (401)': [missing, 'without a token pauses the target'],
    'channel or server gone (10003, 10004)': ['a channel that is gone', 'a server that is gone'],
    'channel of another server': ['a channel of another server'],
    'channel of another type (50008, 50024)': ['in a channel that is no forum is found out'],
    'channel unseen (50001), permission missing (50013), all overwrites counted, of a thread its channel’s': [
      'a channel it can’t see',
      'a missing Attach Files',
      'a missing Send Messages in Threads',
      'a permission it lacks',
    ],
    'bot in a time-out': ['verify names a bot in a time-out'],
    'thread locked (50083)': ['a locked thread'],
    'tag asked for (40067), unknown, or for moderators only': [
      'a forum that asks for a tag',
      'a tag that the forum hasn’t',
      'a tag for moderators',
    ],
    'webhook gone (10015), its token wrong (50027)': ['that is gone, or whose address is wrong'],
    'webhook of a forum, or of none (220001, 220003); thread of another channel': [
      'a webhook of a forum',
      'verify names a webhook that is no forum’s',
      'a thread that isn’t the webhook’s',
    ],
    'text, embed, files and titles too long or large (40005, 50035)': [
      'a large file',
      'a long title',
      'whose fixed parts are too long',
      'keeps every limit of Discord',
    ],
    'words or files blocked by AutoMod or Discord (200000, 200001, 240000, 400001); too many threads (160006)':
      ['that Discord’s filters or limits refuse says what to change'],
    'too many requests or crossposts (429)': [waits, 'a body far longer than the header'],
  },
  github: {
    'token missing, expired, revoked (401); SSO; IP allow list; missing permission (403)': [
      missing,
      'an expired token pauses the target',
      'a revoked permission pauses the target',
      'a token that was revoked',
      'single sign-on',
      'a list of allowed addresses',
    ],
    'requests used up': ['requests that are used up'],
    'scope `repo` or `gist` missing; no right to write; App suspended, lacks a permission, or is of another account':
      ['a token without the scope', 'no right to write', 'a right to write that is gone'],
    'repository gone or unseen (404), renamed (301), archived, disabled': [
      'a missing repository',
      'a renamed repository',
      'an archived repository',
      'a disabled repository',
    ],
    'branch, base or target not there (`main` against `master`), or a tag; no commit yet (409)': [
      'a commit’s branch that is not there',
      'a pull request’s base that is not there',
      'a release’s target that is not there',
      'a target that is a tag',
      'an empty repository',
    ],
    'Pages of another branch, or off without the right to switch them on': [
      'Pages of another branch',
      'Pages that are off',
    ],
    'tag has a release; stands on another commit; is a branch, too': [
      'a tag that has a release',
      'a tag on another commit',
      'a tag that is a branch, too',
    ],
    'published release can’t be changed': ['files for published releases where those can’t be changed'],
    'tag belonged to a release that could not be changed (422)': ['a tag that may never be used again'],
    'somebody was faster: branch moved, pull request, file or Pages there already (409, 422)': [
      'of somebody else in between stay',
      'that can never be placed are tried again later',
      'of the same name with other bytes',
    ],
    'protected branches and rules (422)': ['a protected branch'],
    'limits of sizes, names and counts (413, 422)': ['a release beyond a limit', 'a file too large'],
    'secondary limits (403, 429); 5xx': [waits, 'a gateway that answers 502'],
  },
  huggingface: {
    'token missing, malformed, expired, revoked (401)': [
      missing,
      'verify names the token',
      'an expired token',
    ],
    'token that may only read, or not there (403)': [
      'a token that may only read',
      'a fine-grained token that may only read there',
      'a fine-grained token of another repository',
    ],
    'owner the account does not belong to, or may only read (403)': [
      'somebody else’s repository',
      'an organisation in which the account only reads',
    ],
    'repository gone or unseen (404)': ['a repository that isn’t there'],
    'repository of another kind': ['a repository of another kind'],
    'repository renamed (307), disabled (403)': [
      'verify names a repository that was renamed',
      'a disabled repository',
    ],
    'branch not there, or a tag (404)': ['a branch that isn’t there', 'a tag'],
    'paths, sizes, nothing to publish': [
      'nothing at all',
      'a path out of the repository',
      'a file too large',
    ],
    'too many requests (429), out of storage (402)': [waits, 'an answer %i'],
  },
  mastodon: {
    'token missing or revoked (401)': [missing, 'a missing token is named', 'a token that was revoked'],
    'scope missing (403)': ['a scope for posts that is missing', 'a scope for files that is missing'],
    'login disabled, pending, unconfirmed or without a second factor (403)': [
      'a disabled login',
      'an unconfirmed address',
    ],
    'account suspended or moved (403, to Mastodon a disabled login)': [
      'a suspended account',
      'an account that has moved',
    ],
    'account limited': ['verify names an account whose posts only followers see'],
    'limits of the server below the target’s (422)': [
      'a server of shorter posts',
      'names account, quota, and limits',
    ],
    'nothing to post, files of other kinds, too many or too large': [
      'nothing to say',
      'a PDF',
      'a large picture',
    ],
    'server moved (3xx)': ['verify names a server that has moved'],
    'too many requests (429)': [waits, 'a date in the reset header'],
  },
  webhook: {
    'address missing, malformed, or with user and password': [
      missing,
      'the address %s, without repeating it',
    ],
    'secret missing': [missing],
    'secret that doesn’t fit (401, 403)': ['a secret that no longer fits'],
    'address that isn’t public': ['not to a name that resolves to a private one'],
    'redirect (3xx)': ['to follow a redirect'],
    'files too large, or 8 MiB together': ['a large file', 'many files'],
    'too many messages (429)': [waits, 'nothing'],
  },
  x: {
    'keys missing, revoked (401)': [
      'keys that may only read, or are missing, are named',
      'keys that were revoked',
    ],
    'keys that may only read (403)': ['keys that may only read, or are missing, are named'],
    'scopes not granted (403)': [
      'verify names the scope %s that a refresh token',
      'a post that the grant doesn’t allow holds the target',
      'a refused exchange says why and what to check; nothing is stored',
    ],
    'account suspended, locked (403)': [
      'verify names an account that may not act',
      'an account that is suspended',
    ],
    'account protected': ['verify names an account whose posts are protected'],
    'refresh token used up or revoked': ['verify names a refresh token that X no longer takes'],
    'text, cashtags, files, alt text': ['two cashtags', 'five photos', 'a long alt text', 'nothing to say'],
    'the same words again (403)': ['refused on a first attempt'],
    'credits used up (402), too many requests (429)': [waits, 'an answer %i'],
  },
};
