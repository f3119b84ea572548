import type { Place } from '../place.ts';
import type { World } from '../world.ts';

/** One thing of home's that people of other guilds might reach, and how often they do. */
export interface Border {
  name: string;
  /** What is counted. */
  unit: string;
  /** Home and annex are one community: the annex reaches it, too. */
  annexToo?: boolean;
  /** False: a bot can’t play into the channel that it takes the sound from. */
  inHome?: false;
  /** Kept by whose it is, where it is stored or offered: also without the check that the control takes out. */
  storedApart?: boolean;
  /** How often `place` reached it. What it took away is there again before it is counted for the next. */
  count(world: World, place: Place): Promise<number>;
}
