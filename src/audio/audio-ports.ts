import type { PortsWithDatabase } from '#storage/storage-ports.ts';
import type { VoiceEngine } from './voice-contract.ts';

/** `Ports`, and what the services of this folder share among themselves. */
export interface AudioPorts extends PortsWithDatabase {
  voice: VoiceEngine;
}
