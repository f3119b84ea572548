/** What can be made to go wrong at a service, so that it can be watched. */

export const faults = ['slow', 'fail-before', 'fail-after', 'lost-answer', 'too-many'] as const;
export type Fault = (typeof faults)[number];

export const slowMs = 5_000;
export const tooManyMs = 30_000;

export interface FaultWords {
  title: string;
  help: string;
}

export const faultWords: Readonly<Record<Fault, FaultWords>> = {
  slow: { title: 'Slow', help: `Each answer takes ${slowMs / 1_000} s longer.` },
  'fail-before': { title: '500 before', help: 'A write is answered with 500, and nothing happened.' },
  'fail-after': { title: '500 after', help: 'A write takes effect, and is answered with 500.' },
  'lost-answer': { title: 'Lost answer', help: 'A write takes effect, and the connection is cut.' },
  'too-many': {
    title: 'Too many requests',
    help: `Everything is answered with 429 for ${tooManyMs / 1_000} s.`,
  },
};

/** `once`: for the next write. */
export type Setting = 'off' | 'once' | 'on';

export interface Met {
  delayMs: number;
  /** Seconds until the limit is over. */
  tooManyForSeconds?: number;
  write?: 'fail-before' | 'fail-after' | 'lost-answer';
}

export class Switches {
  readonly #set = new Map<Fault, { setting: Setting; untilMs?: number }>();
  readonly #onChange: () => void;

  constructor(onChange: () => void = () => {}) {
    this.#onChange = onChange;
  }

  setting(fault: Fault, nowMs = Date.now()): Setting {
    const { setting = 'off', untilMs = Number.POSITIVE_INFINITY } = this.#set.get(fault) ?? {};
    return untilMs <= nowMs ? 'off' : setting;
  }

  set(fault: Fault, setting: Setting, nowMs = Date.now()): void {
    const untilMs = fault === 'too-many' && setting !== 'off' ? nowMs + tooManyMs : undefined;
    this.#set.set(fault, { setting, ...(untilMs !== undefined && { untilMs }) });
    this.#onChange();
  }

  /** What befalls the next request. A fault that was set for one write is off afterwards. */
  meet(isWrite: boolean, nowMs = Date.now()): Met {
    const delayMs = this.setting('slow', nowMs) === 'off' ? 0 : slowMs;
    if (this.setting('too-many', nowMs) !== 'off') {
      const untilMs = this.#set.get('too-many')?.untilMs ?? nowMs;
      return { delayMs, tooManyForSeconds: Math.max(1, Math.ceil((untilMs - nowMs) / 1_000)) };
    }
    const writeFaults = ['fail-before', 'fail-after', 'lost-answer'] as const;
    const write = isWrite ? writeFaults.find((fault) => this.setting(fault, nowMs) !== 'off') : undefined;
    if (write === undefined) return { delayMs };
    if (this.setting(write, nowMs) === 'once') this.set(write, 'off', nowMs);
    return { delayMs, write };
  }
}
