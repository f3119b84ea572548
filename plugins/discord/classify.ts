/** What Discord's answers mean for an attempt. */
import type { Fate } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import { fieldsOf } from '#core/fields-of.ts';
import { answerText, askedWaitMs, parsedJson, saidBy } from '../shared/answer.ts';

/** A refusal with Discord's own code, for callers that know better what it means. */
export class DiscordRefusal extends Refused {
  readonly code: number;
  readonly status: number;

  constructor(fate: Fate, status: number, code: number) {
    super(fate);
    this.status = status;
    this.code = code;
  }
}

interface ErrorBody {
  message?: unknown;
  code?: unknown;
  retry_after?: unknown;
  global?: unknown;
  errors?: unknown;
}

/** Rights that the bot, or the webhook, no longer has: no post can leave until that is fixed, not just this one. */
const lostRights: Readonly<Record<number, string>> = {
  10003: 'the channel is gone, or the bot can’t see it; choose another channel for the target',
  10004: 'the server is gone, or the bot isn’t in it; invite the bot again',
  10015: 'the webhook is gone; make a new one and connect the target again',
  50001: 'the bot can’t see the channel; give it View Channel there',
  50013:
    'the bot lacks a permission in the channel; give it Send Messages, and Embed Links, Attach Files, Create Posts or Manage Messages where it needs them',
  160002: 'the bot lacks Read Message History in the channel; give it that permission',
};

/** What is wrong, and what a person must change. */
const remedies: Readonly<Record<number, string>> = {
  // With a nonce, this answer is about a message that was posted and deleted since.
  10008: 'the message was there and has been deleted',
  30046: 'the message is too old to be edited again this hour',
  40005: 'the files are too large; leave some out',
  40058: 'the channel is a forum; make a target of kind forum for it',
  40067: 'the forum asks for a tag; set tagIds in the target’s options',
  50006: 'the message is empty',
  50008: 'the channel takes no messages; choose a text, announcement or voice channel',
  50024: 'this can’t be done in a channel of that type; choose another channel for the target',
  50045: 'a file is too large; leave it out',
  50083: 'the thread is archived; open it again',
  160005: 'the thread is locked; unlock it, or choose another for the target',
  160006: 'the server has as many active threads as Discord allows; close some',
  200000: 'AutoMod of the server blocks the words; change them, or exempt the bot’s role in its rules',
  200001: 'AutoMod of the server blocks the title; change it, or exempt the bot’s role in its rules',
  220001: 'the webhook belongs to a forum; set forum or threadId in the target’s options',
  220002: 'a webhook posts into a thread or opens a post, not both',
  220003: 'the webhook’s channel is no forum; unset forum in the target’s options',
  240000: 'Discord’s filter blocks a link as harmful; leave it out',
  400001: 'Discord limits uploads in this server for now; leave the files out, or try later',
};

/** `quotes`: whether Discord's own words may be passed on. */
export async function refusalOf(
  response: Response,
  nowMs: number,
  init: { quotes: boolean },
): Promise<DiscordRefusal> {
  const body: ErrorBody = fieldsOf(parsedJson(await answerText(response)));
  const code = typeof body.code === 'number' ? body.code : 0;
  const said = init.quotes ? body : { ...body, message: undefined, errors: undefined };
  return new DiscordRefusal(fateOfAnswer(response, said, code, nowMs), response.status, code);
}

function fateOfAnswer(response: Response, body: ErrorBody, code: number, nowMs: number): Fate {
  const { status } = response;
  if (status === 429) return rateLimited(response, body, nowMs);
  if (status >= 500) return { state: 'unknown', reason: `Discord answered ${status}` };
  if (code === 50027) {
    const reason = 'the webhook’s address is no longer valid; copy it anew and connect the target again';
    return { state: 'authorisation-lost', reason };
  }
  if (status === 401) {
    return { state: 'authorisation-lost', reason: 'Discord doesn’t accept the bot’s token; set a new one' };
  }
  const lost = lostRights[code];
  if (lost) return { state: 'authorisation-lost', reason: `${lost} (${code})` };
  const known = remedies[code];
  if (known) return { state: 'rejected', reason: `${known} (${code})` };
  const said = [saidBy(String(body.message ?? '')), ...complaintsIn(body.errors)].filter(
    (each) => each !== '',
  );
  return { state: 'rejected', reason: `Discord answered ${status} (${code}) ${said.join('; ')}`.trim() };
}

/** Header and body can differ by a thousand times: the longer wait is the right one. */
function rateLimited(response: Response, body: ErrorBody, nowMs: number): Fate {
  const inBody = typeof body.retry_after === 'number' ? body.retry_after * 1_000 : 0;
  const resetAfterMs = Number(response.headers.get('x-ratelimit-reset-after') ?? 0) * 1_000 || 0;
  const scope = body.global === true ? 'global' : (response.headers.get('x-ratelimit-scope') ?? 'user');
  const reasons: Record<string, string> = {
    global: 'Discord limits all requests of the bot',
    shared: 'others use up the limit of this channel',
  };
  return {
    state: 'rate-limited',
    reason: reasons[scope] ?? 'Discord limits requests of this kind',
    retryAfterMs: Math.ceil(Math.max(askedWaitMs(response, nowMs, inBody), resetAfterMs, 1_000)),
  };
}

const complaintsMax = 5;

/** Field errors nest: { embeds: { 0: { title: { _errors: [{ message }] } } } }. */
function complaintsIn(errors: unknown, path = ''): string[] {
  if (typeof errors !== 'object' || errors === null) return [];
  return Object.entries(errors)
    .flatMap(([key, value]): string[] => {
      if (key !== '_errors') return complaintsIn(value, path === '' ? key : `${path}.${key}`);
      const list = Array.isArray(value) ? value : [];
      return list.map(({ message }) => `${saidBy(path, 60)}: ${saidBy(String(message ?? ''))}`);
    })
    .slice(0, complaintsMax);
}
