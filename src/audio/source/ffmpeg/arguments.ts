/** What ffmpeg may open: containers and codecs of audio, through its pipe alone. Names as ffmpeg lists them. */
const formats = 'ogg,matroska,webm,wav,mp3,flac,aac,mov,mp4,m4a,3gp,3g2,mj2';
const codecs =
  'opus,libopus,vorbis,mp3,mp3float,aac,flac,alac,pcm_s16le,pcm_s24le,pcm_s32le,pcm_f32le,pcm_u8';

/**
 * ffmpeg reads stdin and writes Ogg Opus with one 20 ms packet per page to stdout, each page at once.
 * It never sees an address or a path: a playlist would make it fetch whatever the playlist names.
 */
export function ffmpegArguments(bitrateKbps: number): string[] {
  const input = `-nostdin -hide_banner -loglevel warning -threads 1 -protocol_whitelist pipe -format_whitelist ${formats} -codec_whitelist ${codecs} -i pipe:0`;
  const selection = '-map 0:a:0 -vn -sn -dn -map_metadata -1 -ac 2 -ar 48000';
  const encoder = `-c:a libopus -b:a ${bitrateKbps}k -vbr on -application audio -frame_duration 20`;
  const output = '-f ogg -page_duration 20000 -flush_packets 1 pipe:1';
  return [input, selection, encoder, output].join(' ').split(' ');
}
