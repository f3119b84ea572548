/** The bytes break the protocol. `violation` is fit for people and logs: it holds no foreign text. */
export class WireViolation extends Error {
  override readonly name = 'WireViolation';
  readonly violation: string;

  constructor(violation: string, options?: { cause?: unknown }) {
    super(violation, options);
    this.violation = violation;
  }
}
