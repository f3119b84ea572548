import type { KeyValueStore } from '#contracts/key-value-store.ts';
import type { Chance } from '#core/clock.ts';

const STORE_KEY = 'discord-custom-id-key';
const KEY_BYTES = 32;

/** The key of buttons: kept, so that they outlive a restart; made anew when lost, which only makes old ones useless. */
export async function customIdKey(components: {
  store: KeyValueStore;
  chance: Pick<Chance, 'bytes'>;
}): Promise<Uint8Array> {
  const { store, chance } = components;
  const kept = await store.get(STORE_KEY);
  if (typeof kept === 'string') {
    const bytes = Buffer.from(kept, 'base64');
    if (bytes.length === KEY_BYTES) return bytes;
  }
  const made = chance.bytes(KEY_BYTES);
  await store.set(STORE_KEY, Buffer.from(made).toString('base64'));
  return made;
}
