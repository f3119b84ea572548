import { randomBytes, randomUUID } from 'node:crypto';
import { BoundedMap } from './bounded-map.ts';

export interface TokenField {
  name: string;
  /** What the platform calls it. */
  label: string;
  value: string;
}

export interface IssuedToken {
  readonly id: string;
  readonly fields: readonly TokenField[];
  readonly issuedAtMs: number;
  /** Absent: until it is revoked. */
  readonly expiresAtMs?: number;
  revokedAtMs?: number;
}

export type TokenState = 'valid' | 'expired' | 'revoked';

/** Kept of each service; the oldest leave and are unknown from then on. */
export const tokensMax = 50;

const lettersAndDigits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export function randomText(length: number): string {
  return Array.from(randomBytes(length), (byte) => lettersAndDigits[byte % 62]).join('');
}

/** What one service has issued. It issues more than a person sees: short-lived ones for a grant, too. */
export class Tokens {
  readonly #issued: BoundedMap<string, IssuedToken>;
  readonly #byValue = new Map<string, IssuedToken>();
  readonly #onChange: () => void;

  constructor(onChange: () => void = () => {}) {
    this.#onChange = onChange;
    this.#issued = new BoundedMap(tokensMax, (token) => this.#forget(token));
  }

  issue(fields: readonly TokenField[], lifeMs?: number): IssuedToken {
    const issuedAtMs = Date.now();
    const token: IssuedToken = {
      id: randomUUID(),
      fields,
      issuedAtMs,
      ...(lifeMs !== undefined && { expiresAtMs: issuedAtMs + lifeMs }),
    };
    this.#issued.set(token.id, token);
    for (const { value } of fields) this.#byValue.set(value, token);
    this.#onChange();
    return token;
  }

  /** By the value of any of its fields. */
  find(value: string): IssuedToken | undefined {
    return this.#byValue.get(value);
  }

  valid(value: string): IssuedToken | undefined {
    const token = this.find(value);
    return token && stateOf(token) === 'valid' ? token : undefined;
  }

  revoke(id: string): void {
    const token = this.#issued.get(id);
    if (token) token.revokedAtMs ??= Date.now();
    this.#onChange();
  }

  revokeAll(): void {
    for (const { id } of this.#issued.values()) this.revoke(id);
  }

  newest(): IssuedToken[] {
    return this.#issued.newest();
  }

  #forget({ fields }: IssuedToken): void {
    for (const { value } of fields) this.#byValue.delete(value);
  }
}

export function stateOf({ expiresAtMs, revokedAtMs }: IssuedToken, nowMs = Date.now()): TokenState {
  if (revokedAtMs !== undefined) return 'revoked';
  return expiresAtMs !== undefined && expiresAtMs <= nowMs ? 'expired' : 'valid';
}

export function fieldOf({ fields }: IssuedToken, name: string): string | undefined {
  return fields.find((field) => field.name === name)?.value;
}
