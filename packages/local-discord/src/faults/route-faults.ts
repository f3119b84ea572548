import type { Faults } from '../contract.ts';

type Failure = Parameters<Faults['failRoute']>[0];
type Delay = Parameters<Faults['slowRoute']>[0];

/** Failures and delays that tests order for REST routes, each for a number of requests (default: one). */
export class RouteFaults {
  #failures: { match: Failure; left: number }[] = [];
  #delays: { match: Delay; left: number }[] = [];

  fail(match: Failure): void {
    this.#failures.push({ match, left: match.times ?? 1 });
  }

  slow(match: Delay): void {
    this.#delays.push({ match, left: match.times ?? 1 });
  }

  /** Waits for a delay that applies, then returns the failure for this request, if any. */
  async meet(method: string, path: string): Promise<Failure | undefined> {
    const delay = this.#delays.find(({ match }) => match.path.test(path));
    if (delay) {
      delay.left -= 1;
      this.#delays = this.#delays.filter(({ left }) => left > 0);
      await new Promise((resolve) => setTimeout(resolve, delay.match.delayMs));
    }
    const failure = this.#failures.find(
      ({ match }) => (match.method === undefined || match.method === method) && match.path.test(path),
    );
    if (!failure) return undefined;
    failure.left -= 1;
    this.#failures = this.#failures.filter(({ left }) => left > 0);
    return failure.match;
  }
}
