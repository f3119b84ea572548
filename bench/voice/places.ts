/** Ids of the made-up guilds, one voice channel each. Plain JavaScript types: the peers' senders import it too. */
export const botUserId = '900000000000000001';

const firstGuildId = 100_000_000_000_000_000n;
const firstChannelId = 200_000_000_000_000_000n;

export function guildAt(index: number): string {
  return String(firstGuildId + BigInt(index));
}

export function channelOf(guildId: string): string {
  return String(BigInt(guildId) - firstGuildId + firstChannelId);
}
