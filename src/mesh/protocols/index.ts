import { createAudioProtocol } from './audio/protocol.ts';
import type { ProtocolHost } from './contract.ts';

/** The protocols of this folder, listed by hand under their folders' names. A test demands one entry for each folder. */
export function createProtocols(host: ProtocolHost) {
  return {
    audio: createAudioProtocol(host),
  };
}
