import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Encoded once and repeated: longer than any sender runs. */
const mediaSeconds = 30;
const mediaRepeats = 20;

/** Tones over pink noise: something to encode that is neither silence nor anybody's property. */
export function makeMedia(directory: string): string {
  const once = join(directory, 'once.mp3');
  const path = join(directory, 'programme.mp3');
  const source = `sine=f=440:d=${mediaSeconds},tremolo=f=2[a];anoisesrc=c=pink:a=0.2:d=${mediaSeconds}[b];[a][b]amix`;
  ffmpeg(['-f', 'lavfi', '-i', source, '-b:a', '128k', '-ac', '2', once]);
  ffmpeg(['-stream_loop', String(mediaRepeats - 1), '-i', once, '-c', 'copy', path]);
  return path;
}

function ffmpeg(args: string[]): void {
  execFileSync('ffmpeg', ['-nostdin', '-loglevel', 'error', ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
