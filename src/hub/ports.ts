import type { AccessPorts } from '#access/access-ports.ts';
import type { AudioPorts } from '#audio/audio-ports.ts';
import type { Ports } from '#contracts/ports.ts';
import type { PortsWithDatabase } from '#storage/storage-ports.ts';

/** Every port there is: those of `src/contracts/ports.ts`, the database, and what services of one folder share. */
export interface HubPorts extends Ports, PortsWithDatabase, AccessPorts, AudioPorts {}
