import type { AttemptContext } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import { fieldsOf } from '#core/fields-of.ts';
import { AnswerError } from '../classify.ts';
import type { GithubClient } from '../client.ts';
import type { RepoPlan } from '../options.ts';

const head = '{"encoding":"base64","content":"';
const tail = '"}';

/** Makes a blob of an artifact without holding it: JSON around base64, streamed. Returns its git id. */
export async function createBlob(
  context: AttemptContext,
  client: GithubClient,
  { owner, repo }: RepoPlan,
  file: { cid: string; sizeBytes: number },
): Promise<string> {
  const url = `${client.apiUrl}/repos/${owner}/${repo}/git/blobs`;
  const response = await context.http.send({
    method: 'POST',
    url,
    headers: { ...client.headers, 'content-type': 'application/json; charset=utf-8' },
    body: base64Json(context.artifacts.open(file.cid)),
    bodyBytes: head.length + Math.ceil(file.sizeBytes / 3) * 4 + tail.length,
  });
  if (response.status !== 201) throw await AnswerError.of(response, 'POST');
  const { sha } = fieldsOf(await response.json());
  if (typeof sha === 'string') return sha;
  throw new Refused({ state: 'not-sent', reason: 'GitHub’s answer names no blob' });
}

async function* base64Json(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield Buffer.from(head);
  let rest = Buffer.alloc(0);
  for await (const chunk of bytes) {
    const all = rest.length > 0 ? Buffer.concat([rest, chunk]) : Buffer.from(chunk);
    // Only complete groups of three can be written without knowing what follows.
    const whole = all.length - (all.length % 3);
    if (whole > 0) yield Buffer.from(all.toString('base64', 0, whole));
    rest = Buffer.from(all.subarray(whole));
  }
  yield Buffer.from(rest.toString('base64') + tail);
}
