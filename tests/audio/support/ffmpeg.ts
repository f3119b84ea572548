import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { ownerVariable } from '#audio/source/ffmpeg/orphans.ts';

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

/** The ffmpegs that this process started, whatever stands between: process id and name. */
export function ffmpegChildren(): string[] {
  return descendants(String(process.pid))
    .map((pid) => `${pid} ${procFile(pid, 'comm').trim()}`)
    .filter((line) => line.includes('ffmpeg'));
}

function descendants(pid: string): string[] {
  const children = procFile(pid, `task/${pid}/children`).split(' ').filter(Boolean);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

/** Empty when the process is gone. */
function procFile(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1');
  } catch {
    return '';
  }
}

/** Process ids of all decoders of this process, of what starts them, and of what they started themselves. */
export function decodersOfOurs(): string[] {
  return decodersOf(process.pid);
}

export function decodersOf(hubPid: number): string[] {
  const mark = `${ownerVariable}=${hubPid}.`;
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && procFile(pid, 'environ').includes(mark));
}
