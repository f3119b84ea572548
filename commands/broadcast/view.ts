import type { z } from 'zod';
import type { BroadcastView, broadcastList } from '#contracts/actions/broadcast.ts';
import { type Audience, audiences, audienceWords, isAsWideAs } from '#contracts/audio.ts';
import type { CommandContext, View } from '#contracts/command.ts';
import { inert, inertSentence } from '#core/text/inert.ts';
import {
  type Accent,
  ago,
  button,
  buttons,
  capped,
  card,
  clockTime,
  code,
  count,
  divider,
  lines,
  lineWithButton,
  refreshButton,
  stopButton,
} from '../layout.ts';

type Listing = z.output<typeof broadcastList.output>;
type Remote = Listing['remote'][number];

/** With a button each, more would pass Discord's 40 components. */
const ownShownMax = 8;
const communitiesCap = { countMax: 8, lengthMax: 1_700 };
const remoteCap = { countMax: 4, lengthMax: 800 };
/** A list has less room than a card of its own. */
const listedTitleMax = 60;
/** Titles are short, file names may not be; the card has room for both. */
const sourceLengthMax = 80;
const problemLengthMax = 160;
const noticeLengthMax = 500;
const leftOutLengthMax = 120;

const states: Record<BroadcastView['state'], { accent: Accent; text: string }> = {
  starting: { accent: 'waiting', text: '🟡 Starting' },
  live: { accent: 'good', text: '🔴 Live' },
  reconnecting: { accent: 'waiting', text: '🟠 Reaching the source again' },
};

/** The narrowest audience is never offered here. */
const widenings: Record<Audience, string> = {
  server: 'This server',
  community: 'All our servers',
  neighbours: 'Neighbours too',
};

const sourceMarks: Record<BroadcastView['sources'][number]['state'], string> = {
  idle: '▫️',
  opening: '🟡',
  flowing: '🟢',
  waiting: '🟠',
  over: '⏹️',
};

const switches: Record<NonNullable<BroadcastView['lastSwitch']>['why'], string> = {
  stalled: 'the source before gave nothing',
  lost: 'the source before was lost',
  ended: 'the source before ended',
  back: 'a better source is well again',
  asked: 'somebody asked for the next one',
};

export function liveView(context: CommandContext, broadcast: BroadcastView): View {
  const { accent, text } = states[broadcast.state];
  return card(accent, [
    lines(
      `### ${text} · ${inert(broadcast.title)}`,
      playingLine(broadcast),
      `From ${code(broadcast.source, sourceLengthMax)}${originText(broadcast)}`,
      ...sourceLines(broadcast),
      `Started ${ago(broadcast.startedAtMs)} · ${count(broadcast.subscriberCount, 'subscriber')}`,
      `Heard by ${audienceWords[broadcast.audience]}`,
      ...wideningNote(broadcast),
      `-# Here${broadcast.audience === 'neighbours' ? ' and in trusted communities' : ''}: \`/relay start broadcast:${broadcast.id}\``,
    ),
    buttons(
      refreshButton(context, broadcast.id),
      ...(broadcast.sources.length > 1
        ? [button('Next source', context.customId('next', broadcast.id))]
        : []),
      ...audiences
        .filter((audience) => !isAsWideAs(broadcast.audience, audience))
        .map((audience) => button(widenings[audience], context.customId(`to-${audience}`, broadcast.id))),
      stopButton(context, broadcast.id),
    ),
  ]);
}

/** What plays in a programme and since when, if its source says so. */
export function playingLine({ playing }: Pick<BroadcastView, 'playing'>): string | undefined {
  return playing && `🎵 **${inert(playing.title)}** · ${clockTime(playing.elapsedMs)}`;
}

/** For a list, whose line has the title already. */
export function playingMark({ playing }: Pick<BroadcastView, 'playing'>): string {
  return playing ? ` · 🎵 ${clockTime(playing.elapsedMs)}` : '';
}

/** What pressing the button for a larger audience does. */
function wideningNote({ audience, live }: BroadcastView): string[] {
  return live && audience !== 'neighbours'
    ? ['-# For more people it starts anew, with a new notice in its channel; consent is asked for again.']
    : [];
}

/** The first maker of a broadcast that is broadcast again. */
function originText({ origin }: BroadcastView): string {
  return origin ? ` · made by **${inert(origin.community, listedTitleMax)}**` : '';
}

/** Whether it is heard, and what is wrong with it. */
export function sourceLine(entry: BroadcastView['sources'][number]): string {
  const { inUse, problem, source, state } = entry;
  const mark = inUse && state === 'flowing' ? '▶️' : problem ? '⚠️' : sourceMarks[state];
  // A source that is heard nevertheless has no other place for its advice.
  const isHeard = inUse && state === 'flowing';
  const said = problem && (isHeard ? `${problem.message} ${problem.next}` : problem.message);
  const why = said ? ` · ${inertSentence(said, isHeard ? noticeLengthMax : problemLengthMax)}` : '';
  return `${mark} ${code(source, sourceLengthMax)}${why}${leftOutText(entry)}`;
}

/** What isn't heard of a folder or a list, and why. */
function leftOutText({ leftOut }: BroadcastView['sources'][number]): string {
  if (!leftOut) return '';
  const { count: left, of, reasons } = leftOut;
  const many =
    left > 0
      ? `${left.toLocaleString('en')} of ${of.toLocaleString('en')} were left out`
      : 'Not all is played';
  return `\n-# ${many}${reasons.length > 0 ? `: ${inert(reasons.join('; '), leftOutLengthMax)}` : ''}`;
}

/** Nothing for a single source without problems: its line says everything. */
function sourceLines({ lastSwitch, sources }: BroadcastView): string[] {
  const listed = sources.length > 1 ? sources : sources.filter(({ problem, leftOut }) => problem || leftOut);
  const texts = listed.map(sourceLine);
  if (!lastSwitch) return texts;
  return [...texts, `-# Switched ${ago(lastSwitch.atMs)}: ${switches[lastSwitch.why]}`];
}

export function endedView(broadcast: { id: string; title?: string; startedAtMs?: number }): View {
  return card('idle', [
    lines(
      '### ⚫ Broadcast ended',
      broadcast.title ? `**${inert(broadcast.title)}** · ${code(broadcast.id)}` : code(broadcast.id),
      broadcast.startedAtMs !== undefined && `It started ${ago(broadcast.startedAtMs)}`,
    ),
  ]);
}

export function listView(context: CommandContext, { own, remote }: Listing): View {
  const shown = own.slice(0, ownShownMax);
  return card(own.length > 0 ? 'good' : 'plain', [
    lines('### Our broadcasts', own.length === 0 && 'None. Start one with `/broadcast start`.'),
    ...shown.map((broadcast) =>
      broadcast.guildId === context.guildId
        ? lineWithButton(ownLine(broadcast), {
            ...stopButton(context),
            custom_id: context.customId('stop-listed', broadcast.id),
          })
        : lines(ownLine(broadcast), '-# Of another server of this community'),
    ),
    ...(own.length > shown.length ? [lines(`-# … and ${own.length - shown.length} more`)] : []),
    divider(),
    lines(
      '### Of trusted communities',
      ...(remote.length === 0 ? ['None is connected.'] : capped(remote, communitiesCap, remoteLines)),
    ),
    buttons({ ...refreshButton(context), custom_id: context.customId('refresh-list') }),
  ]);
}

function ownLine(broadcast: BroadcastView): string {
  const { audience, id, title, state, startedAtMs, subscriberCount } = broadcast;
  return `**${inert(title, listedTitleMax)}** · ${code(id)}\n${states[state].text}${playingMark(broadcast)} · ${ago(startedAtMs)} · ${count(subscriberCount, 'subscriber')} · for ${audience}`;
}

function remoteLines({ community, problem, broadcasts }: Remote): string {
  const name = `**${inert(community, listedTitleMax)}**`;
  if (problem) return `${name} · ⚠️ ${inert(problem)}`;
  if (broadcasts.length === 0) return `${name} · nothing on air`;
  const items = capped(
    broadcasts,
    remoteCap,
    ({ title, reference, startedAtMs }) =>
      `🔴 ${inert(title, listedTitleMax)} · ${code(reference, 80)} · ${ago(startedAtMs)}`,
  );
  return [name, ...items].join('\n');
}
