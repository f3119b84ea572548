/** Why a request got no answer. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  readonly why: 'reset' | 'closed' | 'violation';
  readonly violation: string | undefined;

  constructor(why: NoAnswer['why'], violation?: string) {
    super(`no answer: ${violation ?? why}`);
    this.why = why;
    this.violation = violation;
  }
}
