import type { PublisherFaults } from '../fault-kinds.ts';
import { openFakeHub } from './fake-hub.ts';

export const faults: PublisherFaults = {
  kinds: [{ name: 'dataset', options: { repo: 'north/archive' }, effectCount: 1 }],
  credentials: { token: 'hf_token' },
  open: () => openFakeHub(['datasets/north/archive']),
};
