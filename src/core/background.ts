import type { Logger } from './logger.ts';

/** Lets work go on that nobody waits for. Its failure is logged with the complaint and the facts; the result never rejects. */
export async function inBackground(
  logger: Logger,
  level: 'debug' | 'info' | 'warn' | 'error',
  work: Promise<unknown>,
  complaint: string,
  facts: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  try {
    await work;
  } catch (err) {
    logger[level]({ err, ...facts }, complaint);
  }
}
