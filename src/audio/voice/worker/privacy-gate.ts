import type { DAVESession } from '@discordjs/voice';
import type { Clock } from '#core/clock.ts';

/**
 * Says, at the moment a packet is sent, whether the library will really encrypt it end to end. The library itself sends
 * in clear while the group isn't ready, after a reset and after a downgrade.
 *
 * Two conditions apply. The library's own, checked for every packet: protocol version above 0 and the session ready.
 * And Discord must have told everyone to switch to the group (`transitioned`), or members would get packets they can't
 * decrypt yet; if Discord stays silent, the gate opens after a while nevertheless.
 */
export class PrivacyGate {
  readonly #clock: Clock;
  readonly #graceMs: number;
  #session: DAVESession | undefined;
  #settled = false;
  #readySinceMs: number | undefined;

  constructor(components: { clock: Clock }, init: { graceMs: number }) {
    this.#clock = components.clock;
    this.#graceMs = init.graceMs;
  }

  /** Call with the session of the packet's connection, immediately before the packet is handed over. */
  opensFor(session: DAVESession | undefined): boolean {
    if (session !== this.#session) this.#adopt(session);
    if (!encrypts(session)) {
      this.#readySinceMs = undefined;
      return false;
    }
    if (this.#settled) return true;
    this.#readySinceMs ??= this.#clock.monotonicMs();
    return this.#clock.monotonicMs() - this.#readySinceMs >= this.#graceMs;
  }

  /** The connection emitted `transitioned`. */
  transitioned(session: DAVESession | undefined): void {
    if (session !== this.#session) this.#adopt(session);
    this.#settled = encrypts(session);
  }

  #adopt(session: DAVESession | undefined): void {
    this.#session?.off('keyPackage', this.#onKeyPackage);
    this.#session = session;
    this.#settled = false;
    this.#readySinceMs = undefined;
    session?.on('keyPackage', this.#onKeyPackage);
  }

  /** A new key package means that the group starts over. */
  readonly #onKeyPackage = (): void => {
    this.#settled = false;
    this.#readySinceMs = undefined;
  };
}

/** Exactly the condition under which DAVESession.encrypt of 0.19.2 encrypts. */
function encrypts(session: DAVESession | undefined): boolean {
  return session !== undefined && session.protocolVersion !== 0 && session.session?.ready === true;
}
