import type { PublisherFaults } from '../fault-kinds.ts';
import { FakeMastodon, instance } from './fake-mastodon.ts';

export const faults: PublisherFaults = {
  kinds: [{ name: 'status', options: { instance }, effectCount: 1 }],
  credentials: { accessToken: 'mastodon-token' },
  open: () => FakeMastodon.open(),
};
