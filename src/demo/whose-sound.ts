import type { HubProcess } from './hub-process.ts';
import { homeGuilds, ids } from './north-and-south.ts';

/** A second of sound has more than one answer. */
const askEveryMs = 250;

/**
 * Whose sound a bot sends, which the local Discord can't see: South's bot sends North's exactly while North's hub sends
 * to another community. Asked while frames come, and never waited for.
 */
export function whoseSound(north: Pick<HubProcess, 'isHeardElsewhere'>, now = () => performance.now()) {
  let askedAtMs = Number.NEGATIVE_INFINITY;
  let isHeard = false;
  return (guildId: string, speakerId: string): string | undefined => {
    if (speakerId !== ids.southBot || !southGuilds.includes(guildId)) return undefined;
    if (now() - askedAtMs > askEveryMs) {
      askedAtMs = now();
      void north.isHeardElsewhere().then((heard) => {
        isHeard = heard;
      });
    }
    return isHeard ? ids.northBot : undefined;
  };
}

const southGuilds: readonly string[] = homeGuilds.south;
