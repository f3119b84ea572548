import type { Client } from 'discord.js';
import type { Clock } from '#core/clock.ts';
import { atMost } from '#core/deadline.ts';

/** Discord answers a goodbye at once or never. */
export const logoutMaxMs = 2_000;

/** Ends the gateway session permanently. Never throws, never takes longer than `logoutMaxMs`. */
export async function logout({ client, clock }: { client: Client; clock: Clock }): Promise<void> {
  preventReconnect(client);
  const goodbye = client.destroy().catch(() => undefined);
  await atMost(clock, logoutMaxMs, goodbye);
}

/**
 * A shard that is destroyed while it waits for Discord takes the interrupted wait for a fault and connects again half a
 * second later, as a session nobody knows of. Before that it asks for its session; that answer never comes.
 */
function preventReconnect(client: Client): void {
  const never = new Promise(() => undefined);
  for (const [id, shard] of client.ws.shards) {
    // The property itself can't be redefined, so an overlay of the shard is used.
    const ended = Object.create(shard, { sessionInfo: { get: () => never, set: () => undefined } });
    client.ws.shards.set(id, ended);
  }
}
