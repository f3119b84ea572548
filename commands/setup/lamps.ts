import type { Role } from '#contracts/actor.ts';
import { inert, inertSentence } from '#core/text/inert.ts';
import { ago, count } from '../layout.ts';
import type { SetupFacts } from './facts.ts';

export type LampColour = 'green' | 'yellow' | 'grey' | 'red';

/** The state of one step, in a word and a sentence. */
export interface Lamp {
  colour: LampColour;
  word: string;
  text: string;
}

export const lampMarks: Record<LampColour, string> = { green: '🟢', yellow: '🟡', grey: '⚪', red: '🔴' };

const namedMax = 3;
const sentenceMax = 160;
const unseen: Lamp = { colour: 'grey', word: 'Not seen', text: 'it can’t be looked at right now' };

/** Findings of the doctor that keep every channel silent. */
const soundFindings = /^(discord\.permissions\.(connect|speak)|dependency\.ffmpeg|audio\.library)$/;

export function whoLamp({ access, settings }: SetupFacts): Lamp {
  if (!access) return unseen;
  const of = (role: Role) => access.grants.filter((grant) => grant.role === role);
  const named = (['manager', 'publisher', 'dj'] as const).flatMap((role) => {
    const held = of(role).map(({ discordRoleId, guildId }) => roleName(discordRoleId, guildId));
    return held.length > 0 ? [`${role}s ${someOf(held)}`] : [];
  });
  const music = settings.whoAdds === 'djs' ? 'DJs add music' : 'everybody adds music';
  if (named.length === 0)
    return {
      colour: 'yellow',
      word: 'To choose',
      text: `only people with Manage Server decide; ${music}`,
    };
  return { colour: 'green', word: 'Done', text: `${named.join(', ')}; ${music}` };
}

export function soundLamp({ sound, findings }: SetupFacts): Lamp {
  if (!sound) return unseen;
  const heard = sound.relays.find(({ state, framesPlayed }) => state === 'playing' && framesPlayed > 0);
  if (heard) return { colour: 'green', word: 'Done', text: `plays in <#${heard.channelId}> now` };
  const problem = findings.find(({ id, level }) => level !== 'ok' && soundFindings.test(id));
  if (problem) return { colour: 'red', word: 'Needs you', text: inertSentence(problem.text, sentenceMax) };
  if (sound.lastHeard) {
    const { channelId, atMs } = sound.lastHeard;
    return {
      colour: 'green',
      word: 'Done',
      text: `left encrypted for people in <#${channelId}> ${ago(atMs)}`,
    };
  }
  return { colour: 'yellow', word: 'To try', text: 'nothing plays now' };
}

export function neighboursLamp({ node, peers }: SetupFacts): Lamp {
  if (!node || !peers) return unseen;
  const trusted = peers.communities.filter((community) => community.trusted);
  const names = someOf(trusted.map(({ name }) => `**${inert(name, 40)}**`));
  if (trusted.length === 0)
    return {
      colour: 'grey',
      word: 'Optional',
      text: node.state === 'running' ? 'none allowed yet' : 'not connected to other communities',
    };
  if (node.state !== 'running')
    return { colour: 'yellow', word: 'Alone', text: `${names} allowed, but we aren’t connected` };
  const connected = trusted.filter((community) => community.connected).length;
  return connected > 0
    ? { colour: 'green', word: 'Done', text: `${names} allowed, ${connected} connected now` }
    : { colour: 'yellow', word: 'Waiting', text: `${names} allowed, none connected now` };
}

export function placesLamp({ targets }: SetupFacts): Lamp {
  if (!targets) return unseen;
  const all = targets.targets;
  if (all.length === 0) return { colour: 'grey', word: 'Optional', text: 'no place yet' };
  const broken = all.find(({ lamp: { state } }) => state === 'refused' || state === 'needs');
  if (broken) {
    const { word, reasons } = broken.lamp;
    const text = `${inert(broken.name, 32)}: ${inertSentence(reasons[0] ?? word, sentenceMax)}`;
    return { colour: 'red', word: 'Needs you', text };
  }
  const ready = all.filter(({ lamp }) => lamp.state === 'ready').length;
  return ready === all.length
    ? { colour: 'green', word: 'Done', text: `${count(ready, 'place is', 'places are')} ready` }
    : { colour: 'yellow', word: 'To check', text: `${ready} of ${count(all.length, 'place')} ready` };
}

export function timesLamp({ settings }: SetupFacts): Lamp {
  const { zone, noticesChannelId, noticesOpen } = settings;
  if (noticesChannelId !== undefined && noticesOpen === false)
    return {
      colour: 'red',
      word: 'Needs you',
      text: 'the channel for notices is gone, or closed to the bot',
    };
  const notices =
    noticesChannelId === undefined ? 'no channel for notices' : `notices in <#${noticesChannelId}>`;
  const isWhole = zone !== undefined && noticesChannelId !== undefined;
  return {
    colour: isWhole ? 'green' : 'yellow',
    word: isWhole ? 'Done' : 'To choose',
    text: `${zone ?? 'no time zone'}, ${notices}`,
  };
}

/** Discord's own @everyone role has the guild's id and no mention of its own. */
export function roleName(discordRoleId: string, guildId: string): string {
  return discordRoleId === guildId ? 'everybody' : `<@&${discordRoleId}>`;
}

function someOf(names: readonly string[]): string {
  const more = names.length - namedMax;
  return [...names.slice(0, namedMax), ...(more > 0 ? [`${more} more`] : [])].join(', ');
}
