import type { Fate } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import { GuildmeshError } from '#core/errors.ts';
import { asClause } from '#core/text/sentences.ts';
import { fateOfTransport } from './transport.ts';

/**
 * The fate of an attempt that threw. A library's own message is never passed on: some quote the address, and an address
 * can be a secret.
 */
export function fateOf(error: unknown): Fate {
  if (error instanceof Refused) return error.fate;
  const ofTransport = fateOfTransport(error);
  if (ofTransport) return ofTransport;
  if (!(error instanceof GuildmeshError)) return { state: 'unknown', reason: 'no whole answer came' };
  // The host refuses before anything leaves: an address it may not connect to, an artifact that is gone.
  return { state: 'rejected', reason: `${error.message} ${asClause(error.next)}` };
}

/** Runs read requests: however they fail, nothing has been changed. */
export async function beforeEffect<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const fate = fateOf(error);
    if (fate.state !== 'unknown') throw error;
    throw new Refused({ state: 'not-sent', reason: fate.reason }, { cause: error });
  }
}
