import type { ServerResponse } from 'node:http';
import { type Answer, send } from '../../plugins/compliance/fake-platform.ts';
import { attemptTimeoutMs, lateMaxMs } from './patience.ts';

/** What can happen to a request between a publisher and its platform, by how often, out of 1,000 writes and reads. */
const shares = {
  'drop-before': { writes: 30, reads: 20 },
  'drop-during': { writes: 35, reads: 0 },
  'drop-after': { writes: 35, reads: 0 },
  /** It takes effect late. */
  'late-effect': { writes: 30, reads: 10 },
  /** It has taken effect, and the answer is late. */
  'late-answer': { writes: 30, reads: 10 },
  /** The answer comes after nobody waits for it any more. */
  'too-late': { writes: 10, reads: 0 },
  '429': { writes: 15, reads: 5 },
  '502-before': { writes: 20, reads: 15 },
  '502-after': { writes: 25, reads: 0 },
} as const;

export type Accident = keyof typeof shares;

export const accidents = Object.keys(shares) as readonly Accident[];

/** After these the sender can't know whether its request took effect. */
export const leavesOpen: ReadonlySet<Accident | undefined> = new Set<Accident>([
  'drop-before',
  'drop-during',
  'drop-after',
  'too-late',
  '502-before',
  '502-after',
]);

/** `seen`: how often each has happened. One that can happen here and hasn't yet comes first. */
export function drawAccident(
  of: 'writes' | 'reads',
  seen: Readonly<Record<Accident, number>>,
): Accident | undefined {
  let left = Math.random() * 1_000;
  for (const accident of accidents) {
    left -= shares[accident][of];
    if (left < 0) return accidents.find((one) => shares[one][of] > 0 && seen[one] === 0) ?? accident;
  }
  return undefined;
}

/** `run`: what the platform does and says. */
export async function meet(
  accident: Accident | undefined,
  response: ServerResponse,
  run: () => Promise<Answer>,
): Promise<void> {
  switch (accident) {
    case 'drop-before':
      return void response.destroy();
    case '429':
      return send(response, { status: 429, headers: { 'retry-after': '1' }, body: { message: 'Slow down' } });
    case '502-before':
      return send(response, { status: 502, body: 'Bad Gateway' });
    case 'drop-after':
      await run();
      return void response.destroy();
    case '502-after':
      await run();
      return send(response, { status: 502, body: 'Bad Gateway' });
    case 'drop-during':
      return breakOff(response, await run());
    case 'late-effect':
      await later(Math.random() * lateMaxMs);
      return send(response, await run());
    case 'late-answer':
      return sendLater(response, await run(), Math.random() * lateMaxMs);
    case 'too-late':
      return sendLater(response, await run(), attemptTimeoutMs * 1.2);
    default:
      return send(response, await run());
  }
}

async function sendLater(response: ServerResponse, answer: Answer, delayMs: number): Promise<void> {
  await later(delayMs);
  send(response, answer);
}

function breakOff(response: ServerResponse, { status, body }: Answer): void {
  const text = JSON.stringify(body ?? {});
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': text.length + 100 });
  response.write(text.slice(0, text.length / 2), () => response.destroy());
}

function later(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
