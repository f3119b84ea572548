/** What every sender under measurement shares. Each is a process: told how many channels to have, says when it has. */
import { createInterface } from 'node:readline';

/** argv[2], as JSON. */
export interface SenderOrder {
  endpoint: string;
  dave: boolean;
  /** The one programme everybody plays: an MP3, ten minutes of it. */
  mediaPath: string;
  ffmpegPath: string;
}

export const order = JSON.parse(process.argv[2] as string) as SenderOrder;

/** Connected at once by this many: a hub that starts has about as many joins under way. */
const joinedAtOnceMax = 20;

/** `addChannel` resolves when audio leaves for that channel, end-to-end encrypted where it is to be. */
export async function serve(addChannel: (index: number) => Promise<void>): Promise<never> {
  let count = 0;
  for await (const line of createInterface({ input: process.stdin })) {
    const wanted = Number(line);
    const startedAtMs = performance.now();
    while (count < wanted) {
      const batch = Array.from({ length: Math.min(joinedAtOnceMax, wanted - count) }, () =>
        addChannel(count++),
      );
      await Promise.all(batch);
    }
    const rssBytes = process.memoryUsage.rss();
    process.stdout.write(
      `${JSON.stringify({ channels: count, joinMs: performance.now() - startedAtMs, rssBytes })}\n`,
    );
  }
  process.exit(0);
}

const waitMsMax = 30_000;

export async function until(holds: () => boolean): Promise<void> {
  for (const startedAtMs = performance.now(); !holds(); ) {
    if (performance.now() - startedAtMs > waitMsMax) throw new Error('a channel did not come up in time');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
