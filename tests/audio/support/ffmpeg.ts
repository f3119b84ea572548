import { execFileSync, spawnSync } from 'node:child_process';

/** Why tests with real ffmpeg are skipped, if they are. */
export const ffmpegMissing = spawnSync('ffmpeg', ['-version']).error !== undefined;

export function ffmpeg(...args: string[]): void {
  execFileSync('ffmpeg', ['-v', 'error', '-y', ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: 60_000,
  });
}

/** A tone with noise: no two frames are alike. */
export function tone(seconds: number, path: string, ...output: string[]): void {
  const noise = `sine=440:duration=${seconds},aformat=channel_layouts=stereo[a];anoisesrc=amplitude=0.02:duration=${seconds},aformat=channel_layouts=stereo[b];[a][b]amix`;
  ffmpeg('-f', 'lavfi', '-i', noise, '-ar', '48000', ...output, path);
}

/** Process ids of ffmpeg children of this process, whatever wrapped them. */
export function ffmpegChildren(): string[] {
  const listing = spawnSync('ps', ['-o', 'pid=,comm=', '--ppid', String(process.pid)], {
    encoding: 'utf8',
  }).stdout;
  return listing.split('\n').filter((line) => line.includes('ffmpeg'));
}
