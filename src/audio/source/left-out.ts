import { cutGraphemes } from '#core/text/inert.ts';
import type { LeftOut } from './contract.ts';

const reasonsMax = 5;
const nameLengthMax = 60;

/** Counts entries that aren't played, and keeps a few of the reasons. */
export class LeftOutCount {
  #count = 0;
  readonly #of: number;
  readonly #reasons: string[] = [];

  /** `before`: what was left out already. */
  constructor(of: number, before?: LeftOut) {
    this.#of = of;
    if (!before) return;
    this.#count = before.count;
    this.#reasons.push(...before.reasons);
  }

  add(name: string, reason: string): void {
    // What others may see: a password in an address stays between the list and its server.
    const plain = name.replace(/\/\/[^/@\s]*@/, '//…@');
    this.addSome(1, `“${cutGraphemes(plain, nameLengthMax)}”: ${reason.replace(/\.$/, '')}`);
  }

  addSome(count: number, reason: string): void {
    if (count <= 0) return;
    this.#count += count;
    if (this.#reasons.length < reasonsMax) this.#reasons.push(reason);
  }

  get firstReason(): string | undefined {
    return this.#reasons[0];
  }

  get view(): LeftOut | undefined {
    if (this.#count === 0 && this.#reasons.length === 0) return undefined;
    return { count: this.#count, of: this.#of, reasons: [...this.#reasons] };
  }
}
