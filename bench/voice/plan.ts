import { join } from 'node:path';

export type Mode =
  | 'typical'
  | 'discord-player'
  | 'discord-player-shared'
  | 'distube'
  | 'shared-player'
  | 'shared-player-key-objects'
  | 'ours'
  | 'limit';

export interface ModePlan {
  mode: Mode;
  /** Command line after `node`, from the repository; the order follows. */
  script: string;
  extra?: string;
  nodeOptions?: string[];
  /** Measured one after another in one process, which only ever joins more. */
  channels: number[];
  /** ffmpeg writes ahead in bursts: where one runs for each guild a short window sees too few of them. */
  windowSeconds: number;
  needsPeers?: boolean;
}

/** ffmpeg per guild: from about 60 guilds on it takes more than the two cores this was made for. */
const perGuildChannels = [16, 32];
const perGuildWindowSeconds = 18;
const sharedWindowSeconds = 6;

const senders = join(import.meta.dirname, 'senders');
const peers = join(import.meta.dirname, 'peers');
/** As package.json starts the hub. */
const hubOptions = ['--max-semi-space-size=1', '--optimize-for-size'];

export const plans: ModePlan[] = [
  {
    ...{ mode: 'discord-player', script: join(peers, 'discord-player.js'), needsPeers: true },
    ...{ channels: perGuildChannels, windowSeconds: perGuildWindowSeconds },
  },
  {
    ...{ mode: 'discord-player-shared', script: join(peers, 'discord-player.js'), needsPeers: true },
    ...{ extra: 'shared', channels: [16, 100], windowSeconds: sharedWindowSeconds },
  },
  {
    ...{ mode: 'distube', script: join(peers, 'distube.js'), needsPeers: true },
    ...{ channels: perGuildChannels, windowSeconds: perGuildWindowSeconds },
  },
  {
    ...{ mode: 'shared-player', script: join(senders, 'shared-player.ts'), extra: 'raw' },
    ...{ channels: [16, 100, 300], windowSeconds: sharedWindowSeconds },
  },
  {
    ...{
      mode: 'shared-player-key-objects',
      script: join(senders, 'shared-player.ts'),
      extra: 'key-objects',
    },
    ...{ channels: [16, 100, 300, 600], windowSeconds: sharedWindowSeconds },
  },
  {
    ...{ mode: 'typical', script: join(senders, 'typical.ts') },
    ...{ channels: perGuildChannels, windowSeconds: perGuildWindowSeconds },
  },
  {
    ...{ mode: 'ours', script: join(senders, 'ours.ts'), nodeOptions: hubOptions },
    ...{ channels: [16, 100, 300, 600, 900], windowSeconds: sharedWindowSeconds },
  },
  {
    ...{ mode: 'limit', script: join(senders, 'limit.ts') },
    ...{ channels: [16, 100, 300, 600, 900], windowSeconds: sharedWindowSeconds },
  },
];
