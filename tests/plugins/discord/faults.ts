import { ids } from '../../local-discord/support/small-world.ts';
import type { PublisherFaults } from '../fault-kinds.ts';
import { botToken, PlaygroundPlatform } from './playground-platform.ts';

/** Far shorter than Discord's: the look-up must hold without it. */
const nonceMemoryMs = 100;

export const faults: PublisherFaults = {
  kinds: [{ name: 'message', options: { kind: 'message', channelId: ids.text }, effectCount: 1 }],
  credentials: { botToken },
  open: (stateFolder) => PlaygroundPlatform.open(stateFolder, { judged: false, timing: { nonceMemoryMs } }),
};
