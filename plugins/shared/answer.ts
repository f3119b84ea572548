import { askedWait } from '#core/asked-wait.ts';
import { saidText } from '#core/text/said-text.ts';

/** Answers are read up to a limit, so that a server can't exhaust our memory. */
export const answerBytesMax = 4 * 1024 * 1024;

/** The body as text, cut at the limit. */
export async function answerText(response: Response, bytesMax: number = answerBytesMax): Promise<string> {
  if (!response.body) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop early cancels the rest.
  for await (const chunk of response.body) {
    chunks.push(chunk.subarray(0, bytesMax - size));
    size += chunk.byteLength;
    if (size >= bytesMax) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The body as JSON, or undefined for anything else. */
export async function answerJson(response: Response, bytesMax?: number): Promise<unknown> {
  return parsedJson(await answerText(response, bytesMax));
}

export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The wait that an answer asks for, from `Retry-After` and a figure of its body: the longer of the two. */
export function askedWaitMs(response: Response, nowMs: number, bodyMs = 0): number {
  const head = { status: response.status, header: (name: string) => response.headers.get(name) ?? undefined };
  const { retryAfterMs = 0, retryAtMs = nowMs } = askedWait(head, { bodyMs });
  return Math.max(retryAfterMs, retryAtMs - nowMs, 0);
}

/** One line of what a server said, for people: no markup, no control characters, not long. */
export function saidBy(text: string, lengthMax = 200): string {
  const plain = text
    .replace(/<[^<>]*>/g, ' ')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: taking them out is the purpose
    .replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, ' ');
  return saidText(plain, lengthMax);
}
