import type { KeyValueStore } from '#contracts/key-value-store.ts';
import type { Chance } from '#core/clock.ts';

const storeKey = 'discord-custom-id-key';
const keyBytes = 32;

/**
 * The key of buttons: stored, so that they outlive a restart. A lost key is replaced, which only makes old buttons
 * useless.
 */
export async function customIdKey(components: {
  store: KeyValueStore;
  chance: Pick<Chance, 'bytes'>;
}): Promise<Uint8Array> {
  const { store, chance } = components;
  const kept = await store.get(storeKey);
  if (typeof kept === 'string') {
    const bytes = Buffer.from(kept, 'base64');
    if (bytes.length === keyBytes) return bytes;
  }
  const made = chance.bytes(keyBytes);
  await store.set(storeKey, Buffer.from(made).toString('base64'));
  return made;
}
