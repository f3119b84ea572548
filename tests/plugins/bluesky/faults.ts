import type { PublisherFaults } from '../fault-kinds.ts';
import { FakePds, handle, service } from './fake-pds.ts';

export const faults: PublisherFaults = {
  kinds: [{ name: 'record', options: { service }, effectCount: 1 }],
  credentials: { identifier: handle, appPassword: 'app-password' },
  open: () => FakePds.open(),
};
