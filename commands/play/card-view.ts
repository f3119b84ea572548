import { ButtonStyle, ComponentType } from 'discord-api-types/v10';
import type { LoopMode, PlayerView, QueueItemView } from '#contracts/actions/player.ts';
import type { PanelContext, View, ViewFile } from '#contracts/command.ts';
import { inert, inertSentence } from '#core/text/inert.ts';
import { artistAndTitle } from '#core/text/playing-title.ts';
import {
  type Accent,
  ago,
  button,
  buttons,
  card,
  clockTime,
  lines,
  linesWithPicture,
  type Selectable,
  select,
} from '../layout.ts';
import { addedBy, listeners, sharing, titleOf, withVotes } from './words.ts';

/** While somebody listens, so that the position stays about right. */
export const cardEveryMs = 15_000;
export const cardEditsPerMinuteMax = 6;
const headlineTitleMax = 45;
const lineLengthMax = 80;
const problemLengthMax = 200;

const states: Record<PlayerView['state'], { accent: Accent; text: string }> = {
  playing: { accent: 'good', text: '🔊 Playing' },
  opening: { accent: 'waiting', text: '🟡 Opening' },
  waiting: { accent: 'waiting', text: '🟡 Ready' },
  paused: { accent: 'waiting', text: '⏸ Paused' },
  resting: { accent: 'plain', text: '💤 Resting' },
  empty: { accent: 'idle', text: '⚫ Nothing queued' },
  stopped: { accent: 'idle', text: '⚫ Stopped' },
};

/** What a player plays, for everybody; permission is checked when somebody presses a button. */
export function cardView(context: PanelContext, player: PlayerView, cover?: ViewFile): View {
  const { accent } = states[player.state];
  const text = [headline(player), ...factsOf(context, player)].filter(Boolean).join('\n');
  const alt = `Cover of ${player.item?.title ?? ''}`.slice(0, problemLengthMax);
  return {
    ...card(player.problem ? 'bad' : accent, [
      cover ? linesWithPicture(text, { url: `attachment://${cover.name}`, alt }) : lines(text),
      ...(small(player) ? [lines(`-# ${small(player)}`)] : []),
      buttons(...buttonsOf(context, player)),
      select(context.sharedId('more'), 'More', choicesOf(player)),
    ]),
    ...(cover ? { files: [cover] } : {}),
    panel: {
      name: 'card',
      subject: player.guildId,
      ...(moves(player) ? { everyMs: cardEveryMs } : {}),
      editsPerMinuteMax: cardEditsPerMinuteMax,
      moved: movedView(context),
    },
  };
}

/** Only then does the card change without anything happening: Discord's own clock shows the rest. */
function moves({ state, item, listenersHere }: PlayerView): boolean {
  return state === 'playing' && item?.durationMs !== undefined && listenersHere > 0;
}

function headline({ state, item, resting, playingTitle }: PlayerView): string {
  const { text } = states[state];
  const title = state === 'resting' ? (playingTitle ?? resting) : item?.title;
  return `### ${text}${title && state !== 'empty' ? ` · ${inert(title, headlineTitleMax)}` : ''}`;
}

function factsOf(context: PanelContext, player: PlayerView): (string | undefined)[] {
  const { item, state, problem, channelId, playingTitle } = player;
  const by = [item?.artist, item?.album].filter((name) => name !== undefined);
  const isItems = item !== undefined && state !== 'resting' && state !== 'empty';
  return [
    isItems && by.length > 0 ? by.map((name) => inert(name, lineLengthMax)).join(' · ') : undefined,
    isItems ? soundsTitle(item, playingTitle) : undefined,
    isItems ? progress(context, player) : undefined,
    state === 'resting' ? 'Plays while nothing is queued; what somebody adds is heard at once.' : undefined,
    state === 'empty' || (state === 'stopped' && !isKept(player))
      ? `Add something, or say ${context.mention('play')}.`
      : undefined,
    state === 'stopped' && isKept(player)
      ? `The queue is kept; ${context.mention('play')} goes on.`
      : undefined,
    problem &&
      `**${inertSentence(problem.message, problemLengthMax)}** ${inertSentence(problem.next, problemLengthMax)}`,
    channelId &&
      (state === 'waiting' ? `Starts as soon as somebody joins <#${channelId}>.` : `In <#${channelId}>`),
  ];
}

/** What the sound calls itself, unless the headline and the line of its artist say it. */
function soundsTitle({ title, artist }: QueueItemView, playingTitle: string | undefined): string | undefined {
  const said = [title, artistAndTitle({ title, artist })];
  return playingTitle && !said.includes(playingTitle) ? inert(playingTitle, lineLengthMax) : undefined;
}

/** "1:23 of 4:05 · ends in 3 minutes"; what has no end says since when it plays. */
function progress({ nowMs }: PanelContext, { item, positionMs, state }: PlayerView): string | undefined {
  if (state === 'opening' || state === 'waiting') return undefined;
  const isRunning = state === 'playing';
  if (item?.durationMs === undefined)
    return isRunning ? `Since <t:${Math.floor((nowMs - positionMs) / 1_000)}:t>` : undefined;
  const at = `${clockTime(positionMs)} of ${clockTime(item.durationMs)}`;
  const endsAtMs = nowMs + Math.max(0, item.durationMs - positionMs);
  return isRunning ? `${at} · ends ${ago(endsAtMs)}` : at;
}

function small(player: PlayerView): string {
  const { item, next, queuedCount, loop, state, volumePercent } = player;
  const more = queuedCount - 1;
  const isItems = item !== undefined && state !== 'resting' && state !== 'empty';
  return [
    isItems && addedBy(item),
    next && `next: ${titleOf(next)}${more > 0 ? `, then ${more} more` : ''}`,
    loop !== 'off' && loopWords[loop],
    volumePercent !== 100 && `volume ${volumePercent} %`,
    state === 'stopped' || state === 'waiting' ? sharing(player) : listeners(player),
  ]
    .filter(Boolean)
    .join(' · ');
}

function isKept({ item, queuedCount }: PlayerView): boolean {
  return item !== undefined || queuedCount > 0;
}

export const loopWords: Record<LoopMode, string> = {
  off: 'nothing is repeated',
  one: 'this one is repeated',
  all: 'the queue is repeated',
};

function buttonsOf(context: PanelContext, player: PlayerView) {
  const { state, item, votes } = player;
  const id = (name: string, data?: string) => context.sharedId(name, data);
  const isHeard = state === 'playing' || state === 'opening' || state === 'waiting';
  const kept = isKept(player);
  return [
    ...(isHeard && state !== 'waiting' && item ? [button('Pause', id('pause'))] : []),
    ...((state === 'paused' || state === 'stopped') && kept
      ? [button('Resume', id('resume'), ButtonStyle.Primary)]
      : []),
    ...((isHeard || state === 'paused') && item
      ? [button(withVotes('Skip', votes.skip), id('skip', item.id))]
      : []),
    ...(kept ? [button('Queue', id('queue'))] : []),
    button('Add', id('add'), state === 'empty' ? ButtonStyle.Primary : ButtonStyle.Secondary),
    button('Share', id('share')),
  ];
}

const volumeMax = 200;

/** Danger last, and what can’t be done now is left out. */
function choicesOf({
  volumePercent,
  loop,
  item,
  queuedCount,
  channelId,
  votes,
  state,
}: PlayerView): Selectable[] {
  return [
    ...(volumePercent < volumeMax
      ? [{ value: 'louder', label: 'Louder', help: `now ${volumePercent} %` }]
      : []),
    ...(volumePercent > 0 ? [{ value: 'quieter', label: 'Quieter', help: `now ${volumePercent} %` }] : []),
    ...(loop !== 'one' && item ? [{ value: 'loop-one', label: 'Repeat this one' }] : []),
    ...(loop !== 'all' ? [{ value: 'loop-all', label: 'Repeat the queue' }] : []),
    ...(loop !== 'off' ? [{ value: 'loop-off', label: 'Repeat nothing' }] : []),
    ...(queuedCount > 1 ? [{ value: 'shuffle', label: 'Shuffle the queue' }] : []),
    { value: 'rest', label: 'When nothing is queued, play …' },
    ...(item ? [{ value: 'favourite', label: 'Keep among the favourites', help: item.title }] : []),
    ...(channelId ? [{ value: 'details', label: 'Details', help: 'packets, buffer, encryption' }] : []),
    ...(state === 'stopped' ? [] : [{ value: 'stop', label: withVotes('Stop', votes.stop) }]),
  ];
}

/** What is left where the card was. */
function movedView({ mention }: PanelContext): View {
  const content = `-# The card of what plays here has moved; ${mention('nowplaying')} brings it back.`;
  return { components: [{ type: ComponentType.TextDisplay, content }] };
}

export function nothingView({ mention, sharedId }: PanelContext): View {
  return card('idle', [
    lines('### ⚫ Nothing plays here', `Say ${mention('play')} and what you would like to hear.`),
    buttons(button('Add', sharedId('add'), ButtonStyle.Primary), button('Share', sharedId('share'))),
  ]);
}
