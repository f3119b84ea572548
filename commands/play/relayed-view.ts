import { ButtonStyle } from 'discord-api-types/v10';
import { type RelayView, relaySettings } from '#contracts/actions/relay.ts';
import type { PanelContext, View } from '#contracts/command.ts';
import { inert } from '#core/text/inert.ts';
import { playingLine } from '../broadcast/view.ts';
import { ago, button, buttons, card, lines } from '../layout.ts';
import { wantedVolume } from '../relay/panel-view.ts';
import { adviceFor, states } from '../relay/view.ts';

const nameLengthMax = 60;
const relayedEveryMs = 15_000;
const stepPercent = 10;
const volumePercentMax = relaySettings.shape.volumePercent.maxValue ?? 0;

/** A neighbour's programme that plays here: only what is ours can be changed. */
export function relayedView(context: PanelContext, relay: RelayView): View {
  const { accent, text } = states[relay.state];
  const { volumePercent, channelId } = relay;
  const advice = adviceFor(relay);
  const id = (name: string, data = channelId) => context.sharedId(name, data);
  const volumes = [
    ['Quieter', Math.max(0, volumePercent - stepPercent)],
    ['Louder', Math.min(volumePercentMax, volumePercent + stepPercent)],
  ] as const;
  return {
    ...card(accent, [
      lines(
        `### ${text} · ${inert(relay.title, nameLengthMax)}`,
        playingLine(relay),
        `From **${inert(relay.community, nameLengthMax)}** in <#${channelId}>`,
        advice && `-# ${advice}`,
        `-# since ${ago(relay.startedAtMs)} · volume ${volumePercent} %`,
      ),
      buttons(
        ...volumes
          .filter(([, percent]) => percent !== volumePercent)
          .map(([label, percent]) =>
            button(label, id('r-volume', wantedVolume.write({ channelId, percent }))),
          ),
        button('Details', id('r-details')),
        button('Stop', id('r-stop'), ButtonStyle.Danger),
      ),
    ]),
    panel: {
      name: 'relayed',
      subject: channelId,
      everyMs: relayedEveryMs,
      editsPerMinuteMax: 6,
      moved: { components: [{ type: 10, content: '-# What plays here has moved to a newer card.' }] },
    },
  };
}
