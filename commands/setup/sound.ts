import { ButtonStyle, ChannelType } from 'discord-api-types/v10';
import type { z } from 'zod';
import { doctorRun, type findingView } from '#contracts/actions/doctor.ts';
import { guildSettingsRead } from '#contracts/actions/guild-settings.ts';
import { chimeMaxMs, relayChime, relayStatus } from '#contracts/actions/relay.ts';
import type { CommandContext, ControlInput, View } from '#contracts/command.ts';
import { inertSentence } from '#core/text/inert.ts';
import { button, buttons, capped, card, count, lines } from '../layout.ts';
import { channelSelect, withBack } from './parts.ts';

type Finding = z.output<typeof findingView>;

/** What examiners say of one voice channel. */
const ofChannel = /^(channel|permission|stage)\./;
const findingsCap = { countMax: 6, lengthMax: 1_800 };
const sentenceMax = 240;
/** Causes named at once. */
const causesMax = 3;
/** People take this for silence. */
const quietPercent = 15;

export const soundControls = {
  sound: (context: CommandContext) => showSound(context, context.actor.voiceChannelId),
  channel: (context: CommandContext, { values }: ControlInput) => showSound(context, values[0]),
  chime: (context: CommandContext, { data }: ControlInput) => playChime(context, data),
  unheard: (context: CommandContext, { data }: ControlInput) => showCauses(context, data),
};

async function showSound(context: CommandContext, channelId: string | undefined): Promise<View> {
  const findings = channelId === undefined ? [] : await findingsOf(context, channelId);
  const faults = findings.filter(({ level }) => level !== 'ok');
  const isStuck = faults.some(({ level }) => level === 'problem');
  return withBack(
    context,
    card(channelId === undefined ? 'plain' : isStuck ? 'bad' : 'good', [
      lines(
        '### Sound',
        channelId === undefined
          ? 'In which channel is it tried? Join it, so that you hear it.'
          : faults.length === 0
            ? `Nothing stands in the way in <#${channelId}>. Join it, then play the chime.`
            : undefined,
        ...capped(faults, findingsCap, faultLines),
      ),
      channelSelect(
        context.customId('channel'),
        'A voice or stage channel',
        [ChannelType.GuildVoice, ChannelType.GuildStageVoice],
        channelId,
      ),
      ...(channelId === undefined || isStuck
        ? []
        : [buttons(button('Play a chime', context.customId('chime', channelId), ButtonStyle.Primary))]),
    ]),
  );
}

/** Where something plays already, that is listened to instead. */
async function playChime(context: CommandContext, channelId: string): Promise<View> {
  const { guildId } = context;
  const { relays } = await context.perform(relayStatus, { guildId });
  const [playing] = relays;
  if (playing)
    return askHeard(
      context,
      playing.channelId,
      `**Something plays**, or waits for people, in <#${playing.channelId}>.`,
    );
  await context.meanwhile(
    card('waiting', [lines(`### 🔔 A chime in <#${channelId}>`, `-# For up to ${chimeMaxMs / 1_000} s.`)]),
  );
  const { listenerCount, framesPlayed, e2ee } = await context.perform(relayChime, { guildId, channelId });
  const sent =
    framesPlayed > 0 ? `**It sounded** in <#${channelId}>` : `**No sound left** for <#${channelId}>`;
  const people = `${count(listenerCount, 'person', 'people')} there`;
  return askHeard(context, channelId, `${sent}: ${people}, ${e2ee ? 'encrypted' : 'not encrypted'}.`);
}

function askHeard(context: CommandContext, channelId: string, fact: string): View {
  return withBack(
    context,
    card('waiting', [
      lines('### Did you hear it?', fact),
      buttons(
        button('Yes', context.customId('overview'), ButtonStyle.Success),
        button('No', context.customId('unheard', channelId)),
      ),
    ]),
  );
}

async function showCauses(context: CommandContext, channelId: string): Promise<View> {
  const { guildId, actor } = context;
  const [findings, { volumePercent }] = await Promise.all([
    findingsOf(context, channelId),
    context.perform(guildSettingsRead, { guildId }),
  ]);
  const causes = causesOf({
    channelId,
    findings,
    volumePercent,
    isInside: actor.voiceChannelId === channelId,
  });
  return withBack(
    context,
    card('waiting', [
      lines('### The likeliest causes', ...causes.map((cause, index) => `${index + 1}. ${cause}`)),
      buttons(button('Play it again', context.customId('chime', channelId), ButtonStyle.Primary)),
    ]),
  );
}

/** What is known to be wrong comes first, then what usually is. */
export function causesOf(known: {
  channelId: string;
  findings: readonly Finding[];
  volumePercent: number;
  isInside: boolean;
}): string[] {
  const { channelId, findings, volumePercent, isInside } = known;
  const faults = findings.filter(({ level }) => level !== 'ok');
  return [
    ...(isInside ? [] : [`**You aren’t in <#${channelId}>.** Join it, then play the chime again.`]),
    ...faults.map(faultLines),
    ...(volumePercent > quietPercent
      ? []
      : [`**The volume here is ${volumePercent} %.** Make it louder with \`/relay volume percent:100\`.`]),
    '**The bot is muted for you alone.** Right-click it in the channel: untick Mute, and set its volume to 100 %.',
    '**Your Discord plays to another device.** Look at User Settings → Voice & Video → Output Device; you may be deafened, too.',
    '**Your encryption with the bot wasn’t ready.** Leave the channel, join it again, then play the chime.',
  ].slice(0, causesMax);
}

async function findingsOf(context: CommandContext, channelId: string): Promise<Finding[]> {
  const { findings } = await context.perform(doctorRun, { guildId: context.guildId, channelId });
  return findings.filter(({ id }) => ofChannel.test(id));
}

function faultLines({ text, fix }: Finding): string {
  return `**${inertSentence(text, sentenceMax)}**${fix ? ` ${fix.slice(0, sentenceMax)}` : ''}`;
}
