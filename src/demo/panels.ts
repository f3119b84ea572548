import { join } from 'node:path';
import type { HostPanel } from '@guildmesh/local-discord/page';
import { type FirstMinute, firstMinute, type SeenElsewhere } from './first-minute.ts';

const builtIn = join(import.meta.dirname, 'page/dist');

/** Our panels in the page of the local Discord. */
export function panelsOf(elsewhere?: SeenElsewhere): HostPanel[] {
  return [
    {
      name: 'first-minute',
      modulePath: join(builtIn, 'first-minute.js'),
      stylePath: join(builtIn, 'first-minute.css'),
      data: (): FirstMinute => {
        if (!elsewhere) return firstMinute;
        const { pageUrl, arrivedCount } = elsewhere;
        return { ...firstMinute, elsewhere: { pageUrl, arrivedCount } };
      },
    },
  ];
}
