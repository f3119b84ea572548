import type { PublisherFaults } from '../fault-kinds.ts';
import { FakeArchive } from './fake-archive.ts';

export const faults: PublisherFaults = {
  kinds: [{ name: 'item', options: { kind: 'item', project: 'faults' }, hasFile: true, effectCount: 1 }],
  credentials: { accessKey: 'access', secretKey: 'secret' },
  open: () => FakeArchive.open(),
};
