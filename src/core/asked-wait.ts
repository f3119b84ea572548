export interface AnswerHead {
  status: number;
  header(name: string): string | undefined;
}

/**
 * The wait that the platform asks for, from the standard headers and from its body. The larger of two counts: Discord
 * has answered a header of 1 s with a body of 1,163 s. `resetHeader` holds seconds since 1970.
 */
export function askedWait(
  answer: AnswerHead,
  init: { bodyMs?: number; resetHeader?: string },
): { retryAfterMs?: number; retryAtMs?: number } {
  const header = answer.header('retry-after')?.trim() ?? '';
  const seconds = /^\d+(\.\d+)?$/.test(header) ? Number(header) : undefined;
  const date = seconds === undefined && header ? Date.parse(header) : Number.NaN;
  const reset = Number(init.resetHeader ? (answer.header(init.resetHeader) ?? Number.NaN) : Number.NaN);
  const waits = [seconds === undefined ? undefined : seconds * 1000, init.bodyMs].filter(isFiniteNumber);
  const instants = [date, reset * 1000].filter(isFiniteNumber);
  return {
    ...(waits.length > 0 && { retryAfterMs: Math.ceil(Math.max(0, ...waits)) }),
    ...(instants.length > 0 && { retryAtMs: Math.max(...instants) }),
  };
}

function isFiniteNumber(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value);
}
