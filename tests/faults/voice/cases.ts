import { connectionFaults } from './connection-faults.ts';
import { loadFaults } from './load-faults.ts';
import type { VoiceFault } from './outcome.ts';
import { peopleFaults } from './people-faults.ts';
import { processFaults } from './process-faults.ts';

export const voiceFaults: readonly VoiceFault[] = [
  ...connectionFaults,
  ...peopleFaults,
  ...processFaults,
  ...loadFaults,
];
