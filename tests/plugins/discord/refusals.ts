import { missing, type RefusalTests, waits } from '../refusal-titles.ts';

/** For each row of the README's table of refusals. */
export const refusals: RefusalTests = {
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
};
