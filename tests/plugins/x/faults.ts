import type { PublisherFaults } from '../fault-kinds.ts';
import { FakeX } from './fake-x.ts';

export const faults: PublisherFaults = {
  kinds: [{ name: 'post', options: {}, effectCount: 1 }],
  credentials: {
    apiKey: 'key',
    apiSecret: 'secret',
    accessToken: '1000-token',
    accessSecret: 'access-secret',
  },
  open: () => FakeX.open({ judged: false }),
};
