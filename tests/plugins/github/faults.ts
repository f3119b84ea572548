import type { PublisherFaults } from '../fault-kinds.ts';
import { openFakeGithub } from './fake-github.ts';

const repository = { owner: 'north', repo: 'site' };

export const faults: PublisherFaults = {
  kinds: [
    { name: 'gist', options: { kind: 'gist' }, effectCount: 1 },
    { name: 'commit', options: { kind: 'commit', ...repository }, effectCount: 1 },
    // The draft, its asset, and the moment of publishing.
    { name: 'release', options: { kind: 'release', ...repository }, hasFile: true, effectCount: 3 },
  ],
  credentials: { token: 'github-token' },
  open: () => openFakeGithub({ judged: false }),
};
