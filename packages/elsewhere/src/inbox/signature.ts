import { createHmac, timingSafeEqual } from 'node:crypto';

/** How old a signed time may be, and how far ahead. */
export const toleranceMs = 5 * 60_000;

export type Verdict = { isGood: boolean; words: string };

/**
 * Judges the first header whose name ends in “signature”: `t=<seconds>,v1=<hex>`, HMAC-SHA256 over `<t>.<body>`, or
 * `sha256=<hex>` over the body alone.
 */
export function judgeSignature(
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
  secret: string,
  nowMs: number,
): Verdict {
  const [name, value] =
    Object.entries(headers).find(([each]) => /(?:^|-)signature(?:-256)?$/.test(each)) ?? [];
  if (name === undefined || value === undefined)
    return { isGood: false, words: 'It bears no signature: no header ends in “signature”.' };
  const plain = /^sha256=([0-9a-f]{64})$/.exec(value)?.[1];
  if (plain !== undefined) return verdict(name, isMac(plain, secret, [body]));
  const [, seconds, mac] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(value) ?? [];
  if (seconds === undefined || mac === undefined)
    return { isGood: false, words: `Its header ${name} has a form that isn’t known here.` };
  if (!isMac(mac, secret, [`${seconds}.`, body])) return verdict(name, false);
  const ageMs = nowMs - Number(seconds) * 1_000;
  if (Math.abs(ageMs) > toleranceMs)
    return {
      isGood: false,
      words: `Its signature is right, and its time is ${Math.round(ageMs / 1_000)} s off.`,
    };
  return verdict(name, true);
}

function verdict(name: string, isGood: boolean): Verdict {
  return {
    isGood,
    words: isGood
      ? `The signature in ${name} is right: it comes from somebody who has the secret, and nothing was changed.`
      : `The signature in ${name} doesn’t match: another secret, or something was changed on the way.`,
  };
}

function isMac(given: string, secret: string, parts: readonly (string | Uint8Array)[]): boolean {
  const hmac = createHmac('sha256', secret);
  for (const part of parts) hmac.update(part);
  return timingSafeEqual(hmac.digest(), Buffer.from(given, 'hex'));
}
