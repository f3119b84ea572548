import { type AnyAction, implement } from '#contracts/action.ts';
import { scheduleReadTime } from '#contracts/actions/scheduling.ts';
import type { Clock } from '#core/clock.ts';
import { readSpoken } from './spoken/spoken-time.ts';
import { resolvePlanned } from './wall-time.ts';
import type { Zones } from './zones.ts';

export interface TimeActionsComponents {
  zones: Zones;
  clock: Pick<Clock, 'nowMs'>;
}

export function timeActions({ zones, clock }: TimeActionsComponents): AnyAction[] {
  return [
    implement(scheduleReadTime, async (_, { text, zone }) => {
      const spoken = readSpoken(text, { zones, nowMs: clock.nowMs(), zone });
      if (spoken.kind !== 'times') return spoken;
      const readings = spoken.moments.map((moment) => ({ ...moment, ...resolvePlanned(zones, moment) }));
      return { kind: spoken.kind, readings };
    }),
  ];
}
