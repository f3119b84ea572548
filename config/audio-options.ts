/** What can be set about sound: where it comes from, how it is sent, and the voice channels it is played in. */
import { z } from 'zod';
import { hostAndPort, integer, path, snowflake } from './fields.ts';
import { optionMeta } from './option-meta.ts';

export const audio = z.strictObject({
  libraryDir: path.optional().register(optionMeta, {
    sentence:
      'The folder whose files broadcasts of every home guild may name as their source; absent means only the sample.',
  }),
  guildLibraryDirs: z
    .record(
      snowflake,
      path,
      'must be an object of guild ids and folders, such as {"110000000000000001": "/srv/music"}',
    )
    .default({})
    .register(optionMeta, {
      sentence:
        'Folders whose files the broadcasts of one guild alone may name, by its id; a name that stands in both means the guild’s own file.',
    }),
  ffmpegPath: path.default('ffmpeg').register(optionMeta, {
    sentence: 'The ffmpeg that decodes whatever is not Ogg or WebM Opus with 20 ms packets.',
    envAlias: 'FFMPEG_PATH',
  }),
  allowedPrivateHosts: z.array(hostAndPort).max(64).default([]).register(optionMeta, {
    sentence: 'Hosts (or host:port) with a non-public address that sources may be fetched from all the same.',
  }),
  bitrateKbps: integer(16, 256).default(96).register(optionMeta, {
    sentence: 'The bit rate of sources that have to be encoded.',
    unit: 'kbit/s',
  }),
  bufferProfile: z.enum(['talk', 'music', 'robust']).default('music').register(optionMeta, {
    sentence:
      'How much audio a relay holds back to even out the network, to start with: talk 200 ms, music 400 ms, robust 1,500 ms; it adapts from there.',
  }),
  bufferMs: integer(100, 2_000).optional().register(optionMeta, {
    sentence:
      'The audio a relay holds back at the start and at least, in place of the profile’s; absent means the profile decides.',
    unit: 'ms',
  }),
  broadcastsMax: integer(1, 256).default(8).register(optionMeta, {
    sentence: 'How many broadcasts this hub offers at once.',
    unit: 'broadcasts',
  }),
  broadcastsPerGuildMax: integer(1, 256).default(4).register(optionMeta, {
    sentence: 'How many of them one guild may start; those that come back after a restart are never refused.',
    unit: 'broadcasts',
  }),
  subscribersMax: integer(1, 10_000).default(64).register(optionMeta, {
    sentence: 'How many subscribers one broadcast serves at once.',
    unit: 'subscribers',
  }),
  relaysMax: integer(1, 1_000).default(16).register(optionMeta, {
    sentence: 'How many voice channels this hub plays into at once.',
    unit: 'relays',
  }),
  playersMax: integer(1, 1_000).default(16).register(optionMeta, {
    sentence: 'In how many home guilds /play may play at once; not counted among the broadcasts.',
    unit: 'players',
  }),
  sourceOpenTimeoutMs: integer(100, 120_000).default(10_000).register(optionMeta, {
    sentence: 'How long a source may take to give its first audio.',
    unit: 'ms',
  }),
  sourceIdleTimeoutMs: integer(100, 120_000).default(15_000).register(optionMeta, {
    sentence: 'How long a source may give nothing before it counts as lost.',
    unit: 'ms',
  }),
  sourceStallTimeoutMs: integer(200, 120_000).default(3_000).register(optionMeta, {
    sentence: 'How long the first of several sources may give nothing before the next takes over.',
    unit: 'ms',
  }),
  sourceReturnAfterMs: integer(0, 3_600_000).default(10_000).register(optionMeta, {
    sentence: 'How long a source that was lost must flow again before it is taken back.',
    unit: 'ms',
  }),
  decodersMax: integer(1, 256).default(16).register(optionMeta, {
    sentence: 'How many ffmpeg processes run at once.',
    unit: 'processes',
  }),
  decodersPerGuildMax: integer(1, 256).default(8).register(optionMeta, {
    sentence: 'How many of them may be for the broadcasts of one guild.',
    unit: 'processes',
  }),
  cacheBytesMax: integer(0, 2 ** 40)
    .optional()
    .register(optionMeta, {
      sentence:
        'How much decoded sound of library files is kept, so that the next play needs no decoder and starts at any second; 0 keeps none, absent means the smaller of 2 GiB and 5 % of the free disk.',
      unit: 'bytes',
    }),
  loudnessLufs: z.number().min(-40).max(-5).default(-16).register(optionMeta, {
    sentence: 'The loudness (EBU R 128) that a broadcast is brought to when it is started with that wish.',
    unit: 'LUFS',
  }),
  frameTraceFile: path.optional().register(optionMeta, {
    sentence:
      'A file to which stream id, sequence, capture time and SHA-256 of each broadcast frame are written, for diagnosis.',
  }),
});

export const voice = z.strictObject({
  joinTimeoutMs: integer(100, 120_000).default(10_000).register(optionMeta, {
    sentence: 'How long joining a voice channel may take.',
    unit: 'ms',
  }),
  secureTimeoutMs: integer(100, 120_000).default(5_000).register(optionMeta, {
    sentence: 'How long to wait for the end-to-end encrypted group when somebody is there to listen.',
    unit: 'ms',
  }),
  workersMax: integer(1, 64).optional().register(optionMeta, {
    sentence: 'How many threads voice may take; absent means one for each core.',
    unit: 'threads',
  }),
  rejoinsMax: integer(0, 100).default(5).register(optionMeta, {
    sentence: 'How many times in a row a lost voice connection is tried again.',
    unit: 'times',
  }),
});
