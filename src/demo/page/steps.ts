import type { Community, FirstMinute } from '../first-minute.ts';
import type { StepId } from './progress.ts';

/** A place in the page, with what to type there. */
export interface Shown {
  guildId: string;
  channelId: string;
  draft?: string;
}

export interface Step {
  id: StepId;
  what: string;
  why: string;
  shown: Shown;
}

/** One thing that a person would do by hand. */
export type Deed =
  | { kind: 'send'; at: Community; line: string }
  | { kind: 'join'; at: Community }
  | { kind: 'press' | 'choose'; at: Community; label: string }
  /** Left out as soon as the step is done without it. */
  | { kind: 'press-unless'; at: Community; label: string; done: StepId }
  | { kind: 'wait'; done: StepId; problem: string };

export function stepsOf({ north, south, elsewhere }: FirstMinute): Step[] {
  return [
    {
      id: 'playing',
      what: 'The bot plays in North',
      why: 'One word starts it: /play',
      shown: { guildId: north.guildId, channelId: north.textId, draft: play('sample') },
    },
    {
      id: 'heard',
      what: 'Somebody in North hears it',
      why: 'Join Lounge: sound arrives encrypted there',
      shown: { guildId: north.guildId, channelId: north.voiceId },
    },
    {
      id: 'heard-there',
      what: 'South hears it, too',
      why: 'North’s card: Share, South; then here',
      shown: { guildId: south.guildId, channelId: south.textId, draft: play('North') },
    },
    ...(elsewhere
      ? [
          {
            id: 'published' as const,
            what: 'A release stands Elsewhere',
            why: 'A GitHub release: connect, pick, Test post',
            shown: { guildId: north.guildId, channelId: north.textId, draft: '/publish setup' },
          },
        ]
      : []),
  ];
}

/** What is left to do, in order: the first sound, then the second community. */
export function deedsOf({ north, south }: FirstMinute, done: ReadonlySet<StepId>): Deed[] {
  const firstSound: Deed[] = [
    { kind: 'send', at: north, line: play('sample') },
    { kind: 'join', at: north },
    { kind: 'wait', done: 'heard', problem: 'No sound came to North’s Lounge.' },
  ];
  const secondCommunity: Deed[] = [
    { kind: 'press', at: north, label: 'Share' },
    { kind: 'choose', at: north, label: 'South' },
    { kind: 'join', at: south },
    { kind: 'send', at: south, line: play('North') },
    { kind: 'press-unless', at: south, label: 'Allow and play', done: 'heard-there' },
    { kind: 'wait', done: 'heard-there', problem: 'No sound came to South’s Lounge.' },
  ];
  if (!done.has('heard')) return firstSound;
  return done.has('heard-there') ? [] : secondCommunity;
}

function play(what: string): string {
  return `/play what:${what}`;
}
