import type { ApiTokenActor } from '#contracts/actor.ts';
import type { MemberFacts } from '#contracts/discord.ts';
import type { PortsWithDatabase } from '#storage/storage-ports.ts';

/** `Ports`, and what the services of this folder share among themselves. */
export interface AccessPorts extends PortsWithDatabase {
  /** The person behind a token, as they are now in its guild. Throws when they have left or can't be determined. */
  tokenMakers: { of(token: ApiTokenActor): Promise<MemberFacts> };
}
