import { defineErrors } from '#core/errors.ts';
import { roughBytes } from '#core/text/amounts.ts';
import { shown } from '../errors.ts';

/** Why what somebody wants to play can't be queued. `what` is as a person typed it. */
export const mediaErrors = defineErrors({
  PLAYER_NOTHING_FOUND: {
    kind: 'user',
    message: (d: { what: string; suggestion?: string }) => `Nothing here is called “${shown(d.what)}”.`,
    next: (d: { what: string; suggestion?: string }) =>
      d.suggestion === undefined
        ? 'Choose something that /play suggests as you type, paste the address of a file or a radio, or attach a file.'
        : `Did you mean “${d.suggestion}”? /play suggests titles as you type.`,
  },
  PLAYER_PAGE_NOT_SOUND: {
    kind: 'user',
    message: (d: { host: string }) => `Pages of ${d.host} aren’t played: they show sound, and don’t give it.`,
    next: () =>
      'Paste the direct address of a file or a radio, attach a file, or choose a title as you type.',
  },
  PLAYER_LOGIN_WALL: {
    kind: 'user',
    message: (d: { host: string }) => `${d.host} gives this only to people who have logged in there.`,
    next: () => 'Download it and attach the file, or paste an address that opens without logging in.',
  },
  PLAYER_UPLOAD_TOO_LARGE: {
    kind: 'user',
    message: (d: { name: string; sizeBytes: number; bytesMax: number }) =>
      `“${shown(d.name)}” has ${roughBytes(d.sizeBytes)}; one upload may have ${roughBytes(d.bytesMax)}.`,
    next: () => 'Make it smaller: as Opus with 96 kbit/s an hour takes 43 MB.',
  },
  PLAYER_UPLOAD_QUOTA: {
    kind: 'user',
    message: (d: { whose: 'person' | 'server'; bytesMax: number; countMax: number }) =>
      d.whose === 'person'
        ? `Your uploads here may take ${roughBytes(d.bytesMax)} together, and this one would pass that.`
        : `The uploads of this server may be ${d.countMax} and take ${roughBytes(d.bytesMax)}, and this one would pass that.`,
    next: () =>
      'Paste an address instead, or wait: uploads go after artifacts.retentionDays. The people who host the bot can raise player.uploadBytesMax.',
  },
});
