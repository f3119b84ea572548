/** What ffmpeg may open: containers and codecs of audio, only through its pipe. Names as ffmpeg lists them. */
export const allowedFormats = 'ogg,matroska,webm,wav,mp3,flac,aac,mov,mp4,m4a,3gp,3g2,mj2,aiff,ac3,eac3';

const formats = {
  any: allowedFormats,
  /**
   * MPEG-TS from radios and television: allowed only for bytes that are MPEG-TS, because its demuxer had more
   * vulnerabilities than others.
   */
  transport: 'mpegts',
  /** HLS segments: MPEG-TS, fragmented MP4, and packed audio. */
  segments: 'mpegts,mov,mp4,m4a,3gp,3g2,mj2,aac,mp3',
} as const;
/** docs/audio.md says which codecs were considered, and why these are here. */
const codecs = [
  'opus,libopus,vorbis,mp3,mp3float,mp2,mp2float,aac,aac_latm,flac,alac,ac3,eac3',
  'pcm_u8,pcm_s8,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be',
  'pcm_f32le,pcm_f32be,pcm_f64le,pcm_f64be,pcm_alaw,pcm_mulaw',
].join();

/**
 * How much sound ffmpeg analyses before it begins. Its default of 5 s delays a radio that sends no faster than it plays
 * (measured: MP3 of 128 kbit/s at its pace, first frame after 1.8 s by default, after 0.4 s with this). In MPEG-TS the
 * first audio may follow a large picture. `-fflags nobuffer` is no alternative: the analysed sound would not be played.
 */
const analyzedMicros = { any: 200_000, segments: 1_000_000, transport: 1_000_000 } as const;
const probedBytes = 1_048_576;

export interface Encoding {
  bitrateKbps: number;
  /** Brings it to this loudness (EBU R 128), with ffmpeg's look-ahead of 3 s; absent: unchanged. */
  loudnessLufs?: number | undefined;
}

export interface Skip {
  ms: number;
  /** Its demuxer finds the place without decoding all before it (measured: 0.1 s instead of 1.1 s of CPU in 1,000 s). */
  isSeekable: boolean;
}

export type InputFormats = keyof typeof formats;

/** An audio track by its index, or ffmpeg's own default where the index of the file isn't known. */
export type WantedTrack = number | 'default';

/**
 * ffmpeg reads stdin and writes Ogg Opus with one 20 ms packet per page to stdout, each page at once.
 * It never sees an address or a path: a playlist would make it fetch whatever the playlist names.
 */
export function ffmpegArguments(
  { bitrateKbps, loudnessLufs }: Encoding,
  input: InputFormats,
  track: WantedTrack = 0,
  skip: Skip = { ms: 0, isSeekable: false },
): string[] {
  const guards = `-protocol_whitelist pipe -format_whitelist ${formats[input]} -codec_whitelist ${codecs}`;
  const probing = `-probesize ${probedBytes} -analyzeduration ${analyzedMicros[input]}`;
  // Only the tags of the whole file are used: a track's own name is no title of what plays. True peak 1.5 dB below full
  // scale, because lossy encoding overshoots.
  const loudness = loudnessLufs === undefined ? '' : `-af loudnorm=I=${loudnessLufs}:TP=-1.5:LRA=11`;
  const place = skip.ms > 0 ? `-ss ${(skip.ms / 1_000).toFixed(3)}` : '';
  const [seek, drop] = skip.isSeekable ? [place, ''] : ['', place];
  return [
    `-nostdin -hide_banner -loglevel warning -threads 1 ${guards} ${probing} ${seek} -i pipe:0 ${drop} `,
    `${track === 'default' ? '' : `-map 0:a:${track} `}-vn -sn -dn -map_metadata:s:a 0:g -map_chapters -1 -ac 2 ${loudness} -ar 48000`,
    // In floating point, more channels come down to two by ITU-R BS.775: the centre at −3 dB. In integers ffmpeg would
    // make everything quieter, the centre by 10.7 dB, so that all at full scale together still fit.
    `-sample_fmt flt -c:a libopus -b:a ${bitrateKbps}k -vbr on -application audio -frame_duration 20`,
    '-f ogg -page_duration 20000 -flush_packets 1 pipe:1',
  ]
    .join(' ')
    .split(/ +/);
}
