import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import type { Examiner, Finding } from '#contracts/diagnosis.ts';
import type { GuildDirectory, VoiceChannelView } from '#contracts/discord.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { isFull, missingPermissions } from './relay/channel-check.ts';
import { type RelayPermission, relayErrors } from './relay/errors.ts';
import type { FfmpegProgram } from './source/ffmpeg/program.ts';

export interface AudioExaminerComponents {
  guilds: GuildDirectory;
  ffmpeg: FfmpegProgram;
}

const permissions: readonly [string, RelayPermission][] = [
  ['permission.view', 'View Channel'],
  ['permission.connect', 'Connect'],
  ['permission.speak', 'Speak'],
];

/** ffmpeg, the library folder, and the voice channel asked about. */
export function audioExaminer(
  { guilds, ffmpeg }: AudioExaminerComponents,
  init: { libraryDir: string | undefined },
): Examiner {
  return {
    async examine({ guildId, channelId }, signal) {
      const findings = [await examineFfmpeg(ffmpeg, signal), ...(await examineLibrary(init.libraryDir))];
      return channelId === undefined
        ? findings
        : [...findings, ...examineChannel(guilds, guildId, channelId)];
    },
  };
}

async function examineFfmpeg(ffmpeg: FfmpegProgram, signal: AbortSignal): Promise<Finding> {
  const id = 'dependency.ffmpeg';
  try {
    const { version } = await ffmpeg.check(signal);
    return { id, level: 'ok', text: `ffmpeg ${version} with libopus is there.` };
  } catch (error) {
    if (!isGuildmeshError(error))
      return { id, level: 'warning', text: 'ffmpeg could not be examined in time.' };
    return { id, level: 'warning', text: error.message, fix: error.next };
  }
}

async function examineLibrary(libraryDir: string | undefined): Promise<Finding[]> {
  if (!libraryDir) return [];
  const id = 'audio.library';
  return access(libraryDir, constants.R_OK | constants.X_OK).then(
    () => [{ id, level: 'ok', text: 'The library folder can be read.' }],
    () => [
      {
        id,
        level: 'problem',
        text: 'The library folder can’t be read.',
        fix: 'Create the folder that audio.libraryDir names and give the hub’s user read access.',
      },
    ],
  );
}

function examineChannel(guilds: GuildDirectory, guildId: string, channelId: string): Finding[] {
  const channel = guilds.voiceChannel(guildId, channelId);
  if (!channel) {
    const { message, next } = relayErrors.RELAY_CHANNEL_UNKNOWN({ channelId });
    return [{ id: 'channel.known', level: 'problem', text: message, fix: next }];
  }
  return [...examinePermissions(channel), ...examineRoom(channel), ...examineStage(channel)];
}

function examinePermissions(channel: VoiceChannelView): Finding[] {
  const missing = missingPermissions(channel);
  const wanted = permissions.filter(([, name]) => channel.kind === 'voice' || name !== 'Speak');
  return wanted.map(([id, name]): Finding => {
    if (!missing.includes(name))
      return { id, level: 'ok', text: `The bot has ${name} in “${channel.name}”.` };
    const { message, next } = relayErrors.RELAY_PERMISSION_MISSING({
      channel: channel.name,
      missing: [name],
    });
    return { id, level: 'problem', text: message, fix: next };
  });
}

function examineRoom(channel: VoiceChannelView): Finding[] {
  const { name, userLimit } = channel;
  if (!isFull(channel)) return [{ id: 'channel.room', level: 'ok', text: `“${name}” has room for the bot.` }];
  const { message, next } = relayErrors.RELAY_CHANNEL_FULL({ channel: name, userLimit });
  return [{ id: 'channel.room', level: 'problem', text: message, fix: next }];
}

function examineStage(channel: VoiceChannelView): Finding[] {
  if (channel.kind !== 'stage') return [];
  const id = 'permission.stage';
  if (channel.permissions.muteMembers)
    return [{ id, level: 'ok', text: `The bot can make itself a speaker on “${channel.name}”.` }];
  if (channel.botInside && !channel.botSuppressed)
    return [{ id, level: 'ok', text: `The bot is a speaker on “${channel.name}”.` }];
  return [
    {
      id,
      level: 'warning',
      text: `On the stage “${channel.name}” the bot has to be invited to speak.`,
      fix: 'Invite the bot to speak once it has joined, or give it Mute Members on the stage.',
    },
  ];
}
