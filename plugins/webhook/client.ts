import type { AttemptContext, PublisherContext, Step } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import { fieldsOf } from '#core/fields-of.ts';
import { answerText, parsedJson } from '../shared/answer.ts';
import { beforeEffect } from '../shared/fate.ts';
import { refusalOf } from './classify.ts';
import { payloadOf } from './payload.ts';
import { signature } from './signature.ts';

const answerBytesMax = 64 * 1024;

export interface Accepted {
  /** Address of the result, as the receiver says; absent unless the target's options ask for it. */
  url?: string;
}

/** One POST. Throws a Refused for anything but 2xx. */
export async function post(context: AttemptContext, step: Step): Promise<Accepted> {
  const url = endpoint(context);
  const secret = signingSecret(context);
  const body = JSON.stringify(await beforeEffect(() => eventWithBytes(context, step)));
  const response = await context.http.fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'guildmesh',
      'idempotency-key': context.stepKey,
      'guildmesh-signature': signature(secret, context.nowMs(), body),
    },
    body,
    // At another address somebody else would get it.
    redirect: 'manual',
    signal: context.signal,
  });
  if (!response.ok) throw await refusalOf(response, context.nowMs());
  return payloadOf(step).showResultAddress
    ? acceptedIn(await answerText(response, answerBytesMax))
    : ignored(response);
}

/** The whole address is a credential: for many receivers it is all that a caller must know. */
export function endpoint(context: PublisherContext): string {
  const given = context.credential('url')?.trim();
  const url = given ? URL.parse(given) : null;
  if (url && (url.protocol === 'https:' || url.protocol === 'http:') && !url.username && !url.password) {
    return url.href;
  }
  const reason = given
    ? 'the webhook’s address is no http or https address without user and password; enter it anew'
    : 'the webhook’s address is missing; enter it';
  throw new Refused({ state: 'authorisation-lost', reason });
}

export function signingSecret(context: PublisherContext): string {
  const secret = context.credential('secret');
  if (secret) return secret;
  throw new Refused({ state: 'authorisation-lost', reason: 'the signing secret is missing; enter it' });
}

async function eventWithBytes(context: AttemptContext, step: Step): Promise<object> {
  const { event, inlineBytesMax } = payloadOf(step);
  const inlined = new Map<string, string>();
  for (const { cid } of step.artifacts) {
    const bytes = await context.artifacts.read(cid, inlineBytesMax);
    inlined.set(cid, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'));
  }
  const artifacts = event.artifacts.map((artifact) => {
    const base64 = inlined.get(artifact.cid);
    return base64 === undefined ? artifact : { ...artifact, base64 };
  });
  return { ...event, artifacts };
}

async function ignored(response: Response): Promise<Accepted> {
  await response.body?.cancel();
  return {};
}

function acceptedIn(text: string): Accepted {
  const { url } = fieldsOf(parsedJson(text));
  const isLink =
    typeof url === 'string' && url.length <= 2_000 && /^https?:\/\//.test(url) && URL.canParse(url);
  return isLink ? { url } : {};
}
