import { ids } from './north-and-south.ts';

/** Where one of the two communities of the first minute is, and who acts there. */
export interface Community {
  name: string;
  guildId: string;
  textId: string;
  voiceId: string;
  voiceName: string;
  /** Its owner: may do everything. */
  ownerId: string;
  botId: string;
}

/** What the hints in the page are made from. */
export interface FirstMinute {
  north: Community;
  south: Community;
  /** Absent: the hubs publish to the real places. */
  elsewhere?: SeenElsewhere;
}

/** The stand-ins that the hubs publish to, by what they saw. */
export interface SeenElsewhere {
  readonly pageUrl: string;
  /** How much stands on their pages. */
  readonly arrivedCount: number;
}

export const firstMinute: FirstMinute = {
  north: {
    name: 'North',
    guildId: ids.northGuild,
    textId: ids.northGeneral,
    voiceId: ids.northLounge,
    voiceName: 'Lounge',
    ownerId: ids.ada,
    botId: ids.northBot,
  },
  south: {
    name: 'South',
    guildId: ids.southGuild,
    textId: ids.southGeneral,
    voiceId: ids.southLounge,
    voiceName: 'Lounge',
    ownerId: ids.sol,
    botId: ids.southBot,
  },
};

/** Printed at start; README says the same. They work in any order: one that is typed early waits for the others. */
export const hints = [
  'In North, #general:  /play what:sample  then join Lounge',
  'In North, #general:  /nowplaying  press Share and choose South',
  'In South join Lounge, then in #general:  /play what:North  and press Allow and play',
] as const;
