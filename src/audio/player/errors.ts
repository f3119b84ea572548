import { queuedMax, queuedPerPersonMax } from '#contracts/actions/player.ts';
import { defineErrors } from '#core/errors.ts';

/** Errors of a server's player. Names of channels and titles are cut before they come here. */
export const playerErrors = defineErrors({
  PLAYER_NONE: {
    kind: 'user',
    message: () => 'Nothing has been played in this server yet.',
    next: () => 'Type /play what:sample, or any title, link or file.',
  },
  PLAYER_NOTHING_NAMED: {
    kind: 'user',
    message: () => 'Nothing was named, and nothing waits to go on.',
    next: () => 'Type /play what:sample, or any title, link or file.',
  },
  PLAYER_NOTHING_PLAYS: {
    kind: 'user',
    message: () => 'Nothing plays now.',
    next: () => 'Type /play what:sample, or any title, link or file.',
  },
  PLAYER_NO_CHANNEL: {
    kind: 'user',
    message: () => 'The bot may speak in no voice channel that it sees here.',
    next: () =>
      'In Discord open Edit Channel → Permissions of one, and allow the bot View Channel, Connect and Speak.',
  },
  PLAYER_NOT_YOUR_CHANNEL: {
    kind: 'user',
    message: () => 'You can’t join that voice channel yourself, so you can’t have music played there.',
    next: () => 'Name a channel that you can join, or ask a manager for View Channel and Connect there.',
  },
  PLAYER_WHERE: {
    kind: 'user',
    message: () => 'You are in no voice channel, and several would do.',
    next: () => 'Join a voice channel first, then press again.',
  },
  PLAYER_DJS_ADD: {
    kind: 'user',
    message: () => 'Only DJs add music in this server.',
    next: () => 'Ask one of them; a manager says who adds music, and gives the role dj with /access grant.',
  },
  PLAYER_DJS_ONLY: {
    kind: 'user',
    message: () => 'Others listen too, so only DJs do that here.',
    next: () =>
      'Ask a DJ. What you added yourself you may skip and remove, and alone in the channel you may do all.',
  },
  PLAYER_NOT_HERE: {
    kind: 'user',
    message: (d: { channel: string }) => `It plays in “${d.channel}”, where others listen and you don’t.`,
    next: (d: { channel: string }) => `Join “${d.channel}” first, or ask a DJ.`,
  },
  PLAYER_DEAFENED: {
    kind: 'user',
    message: () => 'People who are deafened don’t vote: they don’t hear what it is about.',
    next: () => 'Undeafen yourself in Discord and vote again.',
  },
  PLAYER_MOVE_DJS: {
    kind: 'user',
    message: (d: { channel: string }) => `It plays in “${d.channel}” for others, and only DJs move it.`,
    next: () => 'Leave the channel out, and it is queued where it plays; or ask a DJ.',
  },
  PLAYER_RELAY_HERE: {
    kind: 'user',
    message: (d: { title: string; channel: string }) =>
      `“${d.title}” plays in “${d.channel}”, started by a publisher with /relay start, and would end.`,
    next: () => 'Ask a publisher: they may replace it, or end it with /relay stop.',
  },
  PLAYER_QUEUE_FULL: {
    kind: 'user',
    message: () => `${queuedMax} items are queued, which is the limit.`,
    next: () => 'Wait until some have played, or a DJ clears the queue.',
  },
  PLAYER_QUEUE_FULL_PERSON: {
    kind: 'user',
    message: () => `You have ${queuedPerPersonMax} items queued, which is the limit for each person.`,
    next: () => 'Wait until some have played, or remove some of yours; DJs may queue more.',
  },
  PLAYER_ITEM_GONE: {
    kind: 'user',
    message: () => 'That isn’t queued any more: it has played, or somebody took it out.',
    next: () => 'Look at /queue, which shows what is queued now.',
  },
  PLAYER_ITEM_OVER: {
    kind: 'user',
    message: () => 'That has just ended, and something else plays now: nothing was skipped.',
    next: () => 'Press again to skip what plays now.',
  },
  PLAYER_SEEK_BEYOND: {
    kind: 'user',
    message: (d: { durationMs: number }) => `It has only ${Math.round(d.durationMs / 1_000)} s.`,
    next: () => 'Give an earlier place, or skip it.',
  },
  PLAYER_UNDO_OVER: {
    kind: 'user',
    message: () => 'That can’t be undone any more.',
    next: () => 'Undo works for 30 s, and only for the last Clear or Shuffle.',
  },
  PLAYER_LIVE_CHANNEL: {
    kind: 'user',
    message: () => 'People of a live channel are heard only in a broadcast, which tells them so.',
    next: () => 'A publisher uses /broadcast start for it.',
  },
  PLAYER_FAVOURITES_FULL: {
    kind: 'user',
    message: (d: { favouritesMax: number }) =>
      `This server keeps ${d.favouritesMax} favourites, which is the limit.`,
    next: () => 'Take one out first.',
  },
  PLAYER_TOO_MANY: {
    kind: 'user',
    message: (d: { playersMax: number }) =>
      `${d.playersMax} servers of this hub play music now, which is its limit.`,
    next: () => 'Try again later, or the operator raises audio.playersMax.',
  },
  PLAYER_KICKED: {
    kind: 'user',
    message: (d: { channel: string }) => `Somebody disconnected the bot from “${d.channel}”.`,
    next: () => 'Type /play to go on where it was.',
  },
  PLAYER_CHANNEL_GONE: {
    kind: 'user',
    message: () => 'The channel that it played in was deleted.',
    next: () => 'Join another voice channel and type /play to go on where it was.',
  },
});
