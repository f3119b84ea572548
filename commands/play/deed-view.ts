import type { z } from 'zod';
import type { PlayerView, playerSkip } from '#contracts/actions/player.ts';
import type { PanelContext, View } from '#contracts/command.ts';
import { card, lines } from '../layout.ts';
import { titleOf } from './words.ts';

export type Deed = z.output<typeof playerSkip.output>;

/** A short answer for the asker: the card shows it to the others. */
export function doneView(headline: string, ...more: (string | undefined | false)[]): View {
  return card('good', [lines(`### ${headline}`, ...more)]);
}

/** What was asked for needs more votes. */
export function votedView(what: 'skip' | 'stop' | 'clear', { votes }: PlayerView): View {
  const vote = votes[what];
  const of = vote ? ` It has ${vote.have} of ${vote.need} votes.` : '';
  return card('waiting', [lines('### Your vote counts', `${needs[what]}${of}`)]);
}

const needs = {
  skip: 'More people in the channel have to want this one skipped.',
  stop: 'More people in the channel have to want it stopped.',
  clear: 'More people in the channel have to want the queue cleared.',
} as const;

export function skipView(_context: PanelContext, { outcome, player }: Deed): View {
  if (outcome === 'voted') return votedView('skip', player);
  return doneView('Skipped', player.item ? `Now: **${titleOf(player.item)}**` : 'Nothing more is queued.');
}

export function pauseView({ mention }: PanelContext, { player }: Deed): View {
  return doneView(
    'Paused',
    player.item && `**${titleOf(player.item)}** waits where it is.`,
    `${mention('play')} without options goes on.`,
  );
}

export function stopView({ mention }: PanelContext, { outcome, player }: Deed): View {
  if (outcome === 'voted') return votedView('stop', player);
  const isKept = player.item !== undefined || player.queuedCount > 0;
  return doneView(
    'Stopped',
    isKept ? `The queue is kept: ${mention('play')} without options goes on.` : undefined,
  );
}
