import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Chance } from '#core/clock.ts';
import { discordErrors } from '../errors.ts';
import { customIdLengthMax, customIdLifetimeMs } from './limits.ts';

const versionPattern = 'g1';
/** 96 bits: guessing one is hopeless, and the rest of the 100 characters is left for data. */
const macCharacters = 16;
const nonceBytes = 3;
const namePattern = /^[a-z][a-z-]{0,19}$/;
const shapePattern = /^g1\.([a-z-]+)\.([a-z-]+)\.([0-9a-z]{1,8})\.([\w-]{4})\.([\w-]{16})\.(.*)$/s;

/** What a custom id is bound to besides its own text; never written into it. */
export interface CustomIdBinding {
  userId: string;
  /** The interaction whose answer carries the control: Discord gives it in `message.interaction_metadata.id`. */
  originId: string;
}

/**
 * For controls that anybody may use, for as long as their message stands: each use is authorised by the action that it
 * performs, at that time.
 */
export const everybody: CustomIdBinding = { userId: '*', originId: '*' };

export interface DecodedCustomId {
  command: string;
  name: string;
  data: string;
  /** Differs for every control ever made; the same for every click on it. */
  key: string;
}

/**
 * Custom ids that only their addressee can use, on the message they were made for, until they expire; or everybody.
 * Form: `g1.command.name.expiry(base 36 seconds).nonce.mac.data`.
 */
export class CustomIdCodec {
  readonly #key: Uint8Array;
  readonly #chance: Pick<Chance, 'bytes'>;

  constructor(components: { chance: Pick<Chance, 'bytes'> }, init: { key: Uint8Array }) {
    this.#key = init.key;
    this.#chance = components.chance;
  }

  /** Throws a RangeError when names or data do not fit: a defect of the view that asked. */
  encode(command: string, name: string, data: string, binding: CustomIdBinding, nowMs: number): string {
    if (!namePattern.test(command) || !namePattern.test(name))
      throw new RangeError('custom id: unusable name');
    const expiry = Math.floor((nowMs + customIdLifetimeMs) / 1_000).toString(36);
    const nonce = Buffer.from(this.#chance.bytes(nonceBytes)).toString('base64url');
    const mac = this.#mac([command, name, expiry, nonce, data], binding);
    const customId = [versionPattern, command, name, expiry, nonce, mac, data].join('.');
    if (customId.length > customIdLengthMax) throw new RangeError('custom id: data too long');
    return customId;
  }

  /** Throws DISCORD_CONTROL_FOREIGN for anything not made here for this person and message, DISCORD_CONTROL_EXPIRED. */
  decode(customId: string, binding: CustomIdBinding, nowMs: number): DecodedCustomId {
    const [, command, name, expiry, nonce, mac, data] = shapePattern.exec(customId) ?? [];
    if (!command || !name || !expiry || !nonce || !mac || data === undefined)
      throw discordErrors.DISCORD_CONTROL_FOREIGN();
    const isOf = (whom: CustomIdBinding) =>
      timingSafeEqual(Buffer.from(mac), Buffer.from(this.#mac([command, name, expiry, nonce, data], whom)));
    const isShared = isOf(everybody);
    if (!isShared && !isOf(binding)) throw discordErrors.DISCORD_CONTROL_FOREIGN();
    if (!isShared && Number.parseInt(expiry, 36) * 1_000 < nowMs)
      throw discordErrors.DISCORD_CONTROL_EXPIRED();
    return { command, name, data, key: mac };
  }

  #mac(fields: string[], binding: CustomIdBinding): string {
    const hmac = createHmac('sha256', this.#key);
    hmac.update(JSON.stringify([versionPattern, ...fields, binding.userId, binding.originId]));
    return hmac.digest('base64url').slice(0, macCharacters);
  }
}
