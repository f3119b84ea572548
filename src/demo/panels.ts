import { join } from 'node:path';
import type { HostPanel } from '@guildmesh/local-discord/page';
import { firstMinute } from './first-minute.ts';

const builtIn = join(import.meta.dirname, 'page/dist');

/** Our panels in the page of the local Discord. */
export const panels: readonly HostPanel[] = [
  {
    name: 'first-minute',
    modulePath: join(builtIn, 'first-minute.js'),
    stylePath: join(builtIn, 'first-minute.css'),
    data: firstMinute,
  },
];
