import { ButtonStyle } from 'discord-api-types/v10';
import type { EndedRelayView, RelaySettings, RelayView } from '#contracts/actions/relay.ts';
import { frameDurationMs } from '#contracts/audio.ts';
import type { CommandContext, PanelContext, View } from '#contracts/command.ts';
import { inert, inertSentence } from '#core/text/inert.ts';
import { playingLine, playingMark, sourceLine } from '../broadcast/view.ts';
import {
  type Accent,
  ago,
  button,
  buttons,
  card,
  clockTime,
  count,
  lines,
  lineWithButton,
  refreshButton,
  stopButton,
} from '../layout.ts';

/** With a button each, more would pass Discord's 40 components. */
const relaysShownMax = 8;
/** A list has less room than a card of its own. */
const listedNameMax = 50;

export const states: Record<RelayView['state'], { accent: Accent; text: string }> = {
  joining: { accent: 'waiting', text: '🟡 Joining' },
  securing: { accent: 'waiting', text: '🔒 About to play' },
  suppressed: { accent: 'waiting', text: '✋ Waiting to speak' },
  playing: { accent: 'good', text: '🔊 Playing' },
  buffering: { accent: 'waiting', text: '🟡 Buffering' },
  reconnecting: { accent: 'bad', text: '🟠 Reconnecting' },
  muted: { accent: 'bad', text: '🔇 Muted' },
  cooling: { accent: 'bad', text: '⏸ Paused' },
  parked: { accent: 'bad', text: '🅿️ Parked' },
  idle: { accent: 'idle', text: '💤 Waiting for somebody to come' },
  refused: { accent: 'bad', text: '⛔ Stopped' },
};

const adviceOf: Partial<Record<RelayView['state'], string>> = {
  securing: 'Sound starts as soon as somebody is there to listen and it is encrypted for them.',
  suppressed:
    'The bot has raised its hand: a stage moderator must invite it to speak. With Mute Members it could do so itself.',
  buffering: 'No audio is at hand; it goes on by itself when the broadcast does.',
  muted: 'A moderator muted the bot, so nobody hears it: unmute it.',
  parked:
    'The hub’s machine can’t keep up with all channels. It comes back by itself as soon as there is room.',
  idle: 'The bot joins as soon as somebody does, and leaves when everybody has left.',
  reconnecting: 'Nothing to do: it is reached again by itself. `/doctor` shows why if it takes long.',
};

/** Its buttons are for everybody: permission is checked when somebody presses one. */
export function relayView(context: PanelContext, relay: RelayView): View {
  const { accent, text } = states[relay.state];
  const advice = adviceFor(relay);
  return card(accent, [
    lines(
      `### ${text} · ${inert(relay.title)}`,
      playingLine(relay),
      `${fromText(relay)} in <#${relay.channelId}>`,
      ...(relay.sources?.map(sourceLine) ?? []),
      `Started ${ago(relay.startedAtMs)} · ${relay.mode} · ${relay.e2ee ? '🔒 end-to-end encrypted' : 'not end-to-end encrypted'}`,
      healthOf(relay),
      advice && `-# ${advice}`,
    ),
    buttons(
      button('Refresh', context.sharedId('refresh', relay.channelId)),
      button('Stop', context.sharedId('stop', relay.channelId), ButtonStyle.Danger),
    ),
  ]);
}

function fromText({ community }: RelayView): string {
  return community ? `From **${inert(community)}**` : '**Our own** broadcast';
}

/** Shown before what plays ends for something else. */
export function replaceView(sentence: string, replaceId: string): View {
  return card('waiting', [
    lines('### Play this instead?', `**${inertSentence(sentence)}**`),
    buttons(button('Play this instead', replaceId)),
  ]);
}

/** The relay's own problem says more than its state. */
export function adviceFor({ deafened, problem, retryAtMs, state }: RelayView): string | undefined {
  const again = retryAtMs === undefined ? '' : ` The bot tries again ${ago(retryAtMs)}.`;
  if (problem) return `${problem.message} ${problem.next}${again}`;
  return (
    adviceOf[state] ?? (deafened ? 'A moderator deafened the bot; people hear it all the same.' : undefined)
  );
}

export function settingsView({ leaveAfterMs, onMove, volumePercent }: RelaySettings): View {
  return card('plain', [
    lines(
      '### Relays of this server',
      onMove === 'follow'
        ? '**When people move the bot** it plays where it was moved to.'
        : '**When people move the bot** it goes back; after the third time in a row it stays.',
      `**An auto relay that nobody listens to** leaves after ${leaveAfterMs / 1_000} s.`,
      `**They play** at ${volumePercent} % of the volume they come with; \`/relay volume\` changes it.`,
      '-# A manager changes it with an option of `/relay settings`, from the next join on.',
    ),
  ]);
}

export function stoppedView(relay: Pick<RelayView, 'channelId'> & Partial<RelayView>): View {
  return card('idle', [
    lines(
      '### ⚫ Relay stopped',
      `${relay.title ? `**${inert(relay.title)}** in ` : ''}<#${relay.channelId}>`,
      relay.framesPlayed !== undefined && relay.startedAtMs !== undefined
        ? `It started ${ago(relay.startedAtMs)} and played ${durationOf(relay.framesPlayed)}.`
        : 'Nothing plays there now.',
    ),
  ]);
}

/** Nothing plays there now: why, where others ended it, and what brings it back. */
export function goneView(context: PanelContext, channelId: string, lastEnded?: EndedRelayView): View {
  if (lastEnded?.channelId !== channelId || lastEnded.community === '') return stoppedView({ channelId });
  const { community, title, why } = lastEnded;
  const called = inert(community, listedNameMax);
  const again = `${context.mention('play')} with the name **${called}**`;
  const [headline, next] = {
    narrowed: [
      `${called} shares it no longer`,
      `Once somebody there presses **Share** and chooses us again, ${again} plays it.`,
    ],
    revoked: [
      'No longer allowed',
      `Trust between us and **${called}** was withdrawn. ${again} shows what is missing.`,
    ],
    'broadcast-ended': [`${called} has ended it`, `${again} plays what it shares next.`],
    unserved: [`${called} has ended it`, `Its server is no home of that bot any more. ${again} looks again.`],
  }[why];
  const what = title === community ? 'It played' : `**${inert(title)}** played`;
  return card('idle', [lines(`### ⚫ ${headline}`, `${what} in <#${channelId}>.`, next)]);
}

export function statusView(context: CommandContext, { relays }: { relays: RelayView[] }): View {
  const refresh = buttons({ ...refreshButton(context), custom_id: context.customId('refresh-all') });
  if (relays.length === 0)
    return card('idle', [
      lines('### Nothing plays here', 'Start with `/relay start`; `/broadcast list` shows what there is.'),
      refresh,
    ]);
  const shown = relays.slice(0, relaysShownMax);
  const accent = relays.every(({ state }) => state === 'playing') ? 'good' : 'waiting';
  return card(accent, [
    lines(`### ${count(relays.length, 'relay')} in this server`),
    ...shown.map((relay) =>
      lineWithButton(statusLines(relay), {
        ...stopButton(context),
        custom_id: context.customId('stop-listed', relay.channelId),
      }),
    ),
    ...(relays.length > shown.length ? [lines(`-# … and ${relays.length - shown.length} more`)] : []),
    refresh,
  ]);
}

function statusLines(relay: RelayView): string {
  return [
    `<#${relay.channelId}> · **${inert(relay.title, listedNameMax)}** ${relay.community ? `from ${inert(relay.community, listedNameMax)}` : 'our own'}`,
    `${states[relay.state].text}${playingMark(relay)} · ${ago(relay.startedAtMs)}${relay.e2ee ? ' · 🔒' : ''}${relay.deafened ? ' · deafened' : ''}`,
    ...(relay.sources?.filter(({ inUse }) => inUse).map(sourceLine) ?? []),
    healthOf(relay),
  ].join('\n');
}

/** The figures that show how well it plays. */
function healthOf(relay: RelayView): string {
  const facts = [
    `${durationOf(relay.framesPlayed)} played`,
    `${relay.framesMissed.toLocaleString('en')} missed`,
    `buffer ${relay.bufferedFrames * frameDurationMs} ms`,
    relay.latencyMs !== undefined && `${Math.round(relay.latencyMs)} ms behind live`,
    relay.rejoinCount > 0 && count(relay.rejoinCount, 'rejoin'),
  ];
  return `-# ${facts.filter(Boolean).join(' · ')}`;
}

export function durationOf(frames: number): string {
  return clockTime(frames * frameDurationMs);
}
