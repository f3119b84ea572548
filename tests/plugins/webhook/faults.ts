import type { PublisherFaults } from '../fault-kinds.ts';
import { address, Receiver } from './receiver.ts';

export const faults: PublisherFaults = {
  kinds: [{ name: 'webhook', options: {}, effectCount: 1, undecidable: true }],
  credentials: { url: address, secret: 'signing-secret' },
  open: () => Receiver.open(false),
};
