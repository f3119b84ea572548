import type { PortsWithDatabase } from '#storage/storage-ports.ts';
import type { TokenMakers } from './tokens/token-makers.ts';

/** `Ports`, and what the services of this folder share among themselves. */
export interface AccessPorts extends PortsWithDatabase {
  tokenMakers: Pick<TokenMakers, 'of'>;
}
