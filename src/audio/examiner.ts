import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import type { Examiner, Finding } from '#contracts/diagnosis.ts';
import type { GuildDirectory, VoiceChannelView } from '#contracts/discord.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { isFull, missingPermissions } from './relay/channel-check.ts';
import { type RelayPermission, relayErrors } from './relay/errors.ts';
import type { Jail } from './source/ffmpeg/jail.ts';
import type { FfmpegFacts, FfmpegProgram } from './source/ffmpeg/program.ts';
import { fixedReleases, weaknessesOf } from './source/ffmpeg/version.ts';
import type { LibraryFolders } from './source/library-folders.ts';

export interface AudioExaminerComponents {
  guilds: GuildDirectory;
  ffmpeg: FfmpegProgram;
}

const permissions: readonly [string, RelayPermission][] = [
  ['permission.connect', 'Connect'],
  ['permission.speak', 'Speak'],
];

/** ffmpeg, the library folders, and the voice channel asked about. */
export function audioExaminer(
  { guilds, ffmpeg }: AudioExaminerComponents,
  init: { library: LibraryFolders },
): Examiner {
  return {
    async examine({ guildId, channelId }, signal) {
      const findings = [
        ...(await examineFfmpeg(ffmpeg, signal)),
        ...(await examineLibrary(init.library.all())),
      ];
      return channelId === undefined
        ? findings
        : [...findings, ...examineChannel(guilds, guildId, channelId)];
    },
  };
}

async function examineFfmpeg(ffmpeg: FfmpegProgram, signal: AbortSignal): Promise<Finding[]> {
  const id = 'dependency.ffmpeg';
  try {
    const facts = await ffmpeg.check(signal);
    const there: Finding = {
      id,
      level: 'ok',
      text: `ffmpeg ${facts.version} with libopus is there.`,
      plain: 'ffmpeg is there.',
    };
    return [
      facts.from === 'npm' ? oldBuild(facts) : there,
      examineVersion(facts),
      examineWalls(facts.jail),
      examineJail(facts.jail),
    ];
  } catch (error) {
    if (!isGuildmeshError(error))
      return [{ id, level: 'warning', text: 'ffmpeg could not be examined in time.' }];
    return [{ id, level: 'warning', text: error.message, fix: error.next }];
  }
}

function oldBuild({ version }: FfmpegFacts): Finding {
  return {
    id: 'dependency.ffmpeg',
    level: 'warning',
    text: `ffmpeg ${version} comes from an npm package, whose builds get no security fixes.`,
    fix: 'Install the ffmpeg of the operating system, or name one in audio.ffmpegPath.',
    plain: 'ffmpeg is there; managers see what could be better about it.',
  };
}

/** Not refused: distributions fix old versions without a new number, and the jail contains what remains. */
function examineVersion({ version }: FfmpegFacts): Finding {
  const id = 'dependency.ffmpeg-version';
  const weaknesses = weaknessesOf(version);
  if (weaknesses?.length === 0)
    return {
      id,
      level: 'ok',
      text: `ffmpeg ${version} has no weakness known here.`,
      plain: 'ffmpeg is well.',
    };
  const text = weaknesses
    ? `By its number ffmpeg ${version} has ${weaknesses.join(' and ')}; its lists of formats and its jail keep both from being reached.`
    : `ffmpeg ${version} is no release, so its weaknesses can’t be told.`;
  const plain = 'ffmpeg could be newer; managers see which.';
  return { id, level: 'warning', text, fix: `Install ffmpeg ${fixedReleases}, or newer.`, plain };
}

/** Which protections work was tested with this ffmpeg on this machine. */
function examineWalls({ ownFiles, otherUser }: Jail): Finding {
  const id = 'dependency.ffmpeg-walls';
  const walls = [
    ...(ownFiles ? ['bubblewrap (it sees no files and no processes but its own)'] : []),
    ...(otherUser ? ['a user of its own (it can’t open or signal what is the hub’s)'] : []),
  ];
  if (walls.length > 0)
    return { id, level: 'ok', text: `Between ffmpeg and this machine stands ${walls.join(' and ')}.` };
  return {
    id,
    level: 'warning',
    text: 'No wall stands between ffmpeg and this machine’s files: it may read what the hub may, and signal the hub.',
    fix: 'On Linux install bubblewrap, and allow user namespaces in the container; then restart the hub.',
    plain: 'ffmpeg could be walled off better; managers see how.',
  };
}

function examineJail({ diesWithUs, limited, noNetwork }: Jail): Finding {
  const id = 'dependency.ffmpeg-jail';
  const lacks = [
    ...(noNetwork ? [] : ['a network namespace (unshare of util-linux, and the right to use it)']),
    ...(limited ? [] : ['limits on memory and CPU time (prlimit of util-linux)']),
    ...(diesWithUs ? [] : ['dying with the hub (setpriv of util-linux)']),
  ];
  if (lacks.length === 0)
    return { id, level: 'ok', text: 'ffmpeg runs without network, within limits, and dies with the hub.' };
  return {
    id,
    level: 'warning',
    text: `ffmpeg runs without ${lacks.join(', without ')}; its lists of protocols and formats hold all the same.`,
    fix: 'On Linux install util-linux, and allow user namespaces in the container.',
    plain: 'ffmpeg could be walled off better; managers see how.',
  };
}

async function examineLibrary(folders: readonly string[]): Promise<Finding[]> {
  if (folders.length === 0) return [];
  const id = 'audio.library';
  const checked = await Promise.all(
    folders.map((folder) =>
      access(folder, constants.R_OK | constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  );
  const unreadableCount = checked.filter((readable) => !readable).length;
  const many = folders.length > 1;
  if (unreadableCount === 0)
    return [
      {
        id,
        level: 'ok',
        text: many ? 'The library folders can be read.' : 'The library folder can be read.',
      },
    ];
  return [
    {
      id,
      level: 'problem',
      text: many
        ? `${unreadableCount} of ${folders.length} library folders can’t be read.`
        : 'The library folder can’t be read.',
      fix: `Create each folder that audio.libraryDir${many ? ' or audio.guildLibraryDirs' : ''} names and give the hub’s user read access.`,
    },
  ];
}

function examineChannel(guilds: GuildDirectory, guildId: string, channelId: string): Finding[] {
  const channel = guilds.voiceChannel(guildId, channelId);
  if (!channel) {
    const { message, next } = relayErrors.RELAY_CHANNEL_UNKNOWN({ channelId });
    return [{ id: 'channel.known', level: 'problem', text: message, fix: next }];
  }
  if (!channel.permissions.view) {
    const { message, next } = relayErrors.RELAY_CHANNEL_HIDDEN({ channelId });
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
