import type { AttemptContext, LookUp, Step } from '#contracts/publisher.ts';
import type { Status } from './answers.ts';
import { Mastodon } from './client.ts';
import { keyLifeMs } from './options.ts';
import { payloadOf } from './payload.ts';
import { statusReceipt } from './receipt.ts';
import { findDeleted } from './retract.ts';

/** The server’s clock and ours differ. */
const earlierMs = 2 * 60_000;
const pagesMax = 5;

/** Media are uploaded again instead: nobody sees them until a status names them. */
export async function find(context: AttemptContext, step: Step): Promise<LookUp> {
  if (step.kind === 'delete') return findDeleted(context, step);
  if (step.kind !== 'status') return { state: 'absent' };
  const { instance, text } = payloadOf.status(step);
  const server = new Mastodon(context, instance);
  const { id } = await server.account();
  const sinceMs = context.firstAttemptAtMs - earlierMs;
  let othersCount = 0;
  let maxId: string | undefined;
  for (let page = 0; page < pagesMax; page += 1) {
    const statuses = await server.statuses(id, maxId);
    const recent = statuses.filter(({ created_at }) => Date.parse(created_at) >= sinceMs);
    const same = recent.find((status) => textOf(status) === canonical(text));
    if (same) return { state: 'found', receipt: statusReceipt(same) };
    othersCount += recent.length;
    // Pinned ones aren't among these: an older status ends the search.
    if (recent.length < statuses.length || statuses.length === 0) return unseen(context, othersCount);
    maxId = statuses.at(-1)?.id;
  }
  return { state: 'cannot-tell', why: 'the account posted too much since' };
}

/**
 * Servers may show a text differently from how it was sent. While the key is remembered, sending again is harmless;
 * after that, only an account with nothing new on it proves that nothing arrived.
 */
function unseen(context: AttemptContext, othersCount: number): LookUp {
  const remembered = context.nowMs() - context.firstAttemptAtMs < keyLifeMs;
  if (remembered || othersCount === 0) return { state: 'absent' };
  return { state: 'cannot-tell', why: 'the account has new posts, and none is surely this one' };
}

function textOf({ content }: Status): string {
  const text = content
    .replace(/<br\s*\/?>|<\/p>/gi, ' ')
    .replace(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replace(/&#0*39;|&apos;/g, "'")
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&amp;', '&');
  return canonical(text);
}

/** For names on other servers only the part before the server is shown. */
function canonical(text: string): string {
  return text
    .normalize('NFC')
    .replace(/(@[\p{L}\p{N}_]+)@[\p{L}\p{N}.-]+[\p{L}\p{N}]/gu, '$1')
    .replace(/\s+/g, ' ')
    .trim();
}
