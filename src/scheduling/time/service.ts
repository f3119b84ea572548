import { defineService } from '#contracts/service.ts';
import { createWallTime } from './wall-time.ts';
import { Zones } from './zones.ts';

/** What a time means in a zone. A service of its own: publishing reads it, and scheduling needs publishing. */
export const wallTimeService = defineService()({
  name: 'wall time',
  needs: ['clock'],
  offers: ['wallTime'],
  create: ({ clock }) => ({ ports: { wallTime: createWallTime({ zones: new Zones(), clock }) } }),
});
