import { defineService } from '#contracts/service.ts';
import { createWallTime } from './wall-time.ts';
import { Zones } from './zones.ts';

/**
 * Turns local times of a zone into instants. A service of its own: publishing uses it, and scheduling needs publishing.
 */
export const wallTimeService = defineService()({
  name: 'wall time',
  needs: ['clock'],
  offers: ['wallTime'],
  create: ({ clock }) => ({ ports: { wallTime: createWallTime({ zones: new Zones(), clock }) } }),
});
