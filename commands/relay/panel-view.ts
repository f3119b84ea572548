import { ButtonStyle } from 'discord-api-types/v10';
import { z } from 'zod';
import type { BroadcastView } from '#contracts/actions/broadcast.ts';
import { type RelayView, relaySettings } from '#contracts/actions/relay.ts';
import { frameDurationMs } from '#contracts/audio.ts';
import type { PanelContext, View } from '#contracts/command.ts';
import { inert } from '#core/text/inert.ts';
import { playingLine, sourceLine } from '../broadcast/view.ts';
import { controlData, word } from '../control-data.ts';
import { ago, button, buttons, card, code, count, divider, lines } from '../layout.ts';
import { adviceFor, durationOf, states } from './view.ts';

/** `broadcast`: the next source is that broadcast's, not the relay's own. */
export const nextSource = controlData({ channelId: word, broadcast: word.optional() });
export const wantedVolume = controlData({ channelId: word, percent: z.coerce.number().int() });

export const panelEveryMs = 5_000;
const packetsPerSecondFull = 50;
/** Below this, listeners notice. */
const packetsPerSecondFair = 48;
const barLength = 10;
const volumeStepPercent = 10;
const volumePercentMax = relaySettings.shape.volumePercent.maxValue ?? 0;
const sourceLengthMax = 60;
const nameLengthMax = 80;

/** Well-known voice close codes; others show as numbers. */
const closeCodeWords: Record<string, string> = {
  4006: 'session ended',
  4009: 'session timed out',
  4014: 'disconnected',
  4015: 'voice server crashed',
  4017: 'encryption required',
  4021: 'rate limited',
  4022: 'call ended',
};

/** What a relay does now, in figures that follow it; anyone can press; permission is checked on use. */
export function panelView(context: PanelContext, relay: RelayView, source: BroadcastView | undefined): View {
  const { accent, text } = states[relay.state];
  const advice = adviceFor(relay);
  return {
    ...card(accent, [
      lines(
        `### ${text} · ${inert(relay.title, nameLengthMax)}`,
        playingLine(relay),
        `**${inert(relay.community, nameLengthMax) || 'Our own'}** in <#${relay.channelId}> · ${relay.mode} · ${ago(relay.startedAtMs)}`,
        relay.sources ? relay.sources.map(sourceLine).join('\n') : sourceText(source),
        advice && `-# ${advice}`,
      ),
      divider(),
      lines(packetsText(relay), bufferText(relay), lossText(relay)),
      divider(),
      lines(
        relay.e2ee ? '🔒 End-to-end encrypted (DAVE)' : '🔓 Not end-to-end encrypted',
        rejoinText(relay),
        `🔈 Volume of this server **${relay.volumePercent} %**`,
        `-# ${durationOf(relay.framesPlayed)} played · updated ${ago(context.nowMs)}`,
      ),
      buttons(
        button('Stop', context.sharedId('panel-stop', relay.channelId), ButtonStyle.Danger),
        ...nextButton(context, relay, source),
        button('Refresh', context.sharedId('panel-refresh', relay.channelId)),
      ),
      buttons(...volumeButtons(context, relay)),
    ]),
    panel: { name: 'live', subject: relay.channelId, everyMs: panelEveryMs },
  };
}

/** For the relay's own list or our own broadcast, and only where there is another source. */
function nextButton(context: PanelContext, relay: RelayView, source: BroadcastView | undefined) {
  const sources = relay.sources ?? source?.sources ?? [];
  if (sources.length < 2) return [];
  const { channelId } = relay;
  const data = nextSource.write({ channelId, ...(!relay.sources && source && { broadcast: source.id }) });
  return [button('Next source', context.sharedId('panel-next', data))];
}

/** They name the volume they lead to: two people who press at once get what they saw. */
function volumeButtons(context: PanelContext, { channelId, volumePercent }: RelayView) {
  const steps = [
    ['Quieter', Math.max(0, volumePercent - volumeStepPercent)],
    ['Louder', Math.min(volumePercentMax, volumePercent + volumeStepPercent)],
  ] as const;
  return steps
    .filter(([, percent]) => percent !== volumePercent)
    .map(([name, percent]) =>
      button(
        `${name} (${percent} %)`,
        context.sharedId('panel-volume', wantedVolume.write({ channelId, percent })),
      ),
    );
}

function sourceText(source: BroadcastView | undefined): string | undefined {
  if (!source) return undefined;
  const others = source.sources.length - 1;
  const more = others > 0 ? ` · ${count(others, 'other')} behind it` : '';
  const made = source.origin ? ` · made by ${inert(source.origin.community, nameLengthMax)}` : '';
  return `📻 ${code(source.source, sourceLengthMax)}${more}${made}`;
}

function packetsText({ packetsPerSecond, state }: RelayView): string {
  if (packetsPerSecond === undefined) return '⚪ Counting packets…';
  const mark = packetsPerSecond >= packetsPerSecondFair ? '🟢' : state === 'playing' ? '🟠' : '⚪';
  return `${mark} **${packetsPerSecond.toFixed(0)}** of ${packetsPerSecondFull} packets a second`;
}

function bufferText({ bufferedFrames, bufferTargetMs, latencyMs }: RelayView): string {
  const bufferedMs = bufferedFrames * frameDurationMs;
  const share = bufferTargetMs > 0 ? Math.min(1, bufferedMs / bufferTargetMs) : 0;
  const full = Math.round(share * barLength);
  const bar = `${'▰'.repeat(full)}${'▱'.repeat(barLength - full)}`;
  const age =
    latencyMs === undefined ? '' : ` · **${Math.round(latencyMs).toLocaleString('en')} ms** since capture`;
  return `\`${bar}\` ${bufferedMs} ms buffered, ${Math.round(bufferTargetMs)} wanted${age}`;
}

function lossText({ framesConcealed, framesMissed }: RelayView): string {
  const concealed = `${framesConcealed.toLocaleString('en')} concealed`;
  return `${concealed} · ${framesMissed.toLocaleString('en')} lost of the stream`;
}

function rejoinText({ closeCodes, rejoinCount }: RelayView): string {
  const codes = Object.entries(closeCodes).map(
    ([closeCode, times]) =>
      `${closeCode}${closeCodeWords[closeCode] ? ` (${closeCodeWords[closeCode]})` : ''} × ${times}`,
  );
  if (rejoinCount === 0 && codes.length === 0) return 'Never had to rejoin';
  return [count(rejoinCount, 'rejoin'), ...codes].join(' · ');
}
