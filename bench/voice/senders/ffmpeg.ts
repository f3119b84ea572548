import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { order } from './sender.ts';

/** ffmpeg → Ogg Opus, 96 kbit/s, as plain bots start it: a page holds about a second. */
export function encode(): Readable {
  const child = spawn(
    order.ffmpegPath,
    `-nostdin -loglevel error -i ${order.mediaPath} -vn -ac 2 -ar 48000 -c:a libopus -b:a 96k -f ogg pipe:1`.split(
      ' ',
    ),
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  return child.stdout;
}
