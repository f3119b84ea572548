/** The settings that the processes of the benchmark get. */
export const modes = ['tcp', 'stock', 'direct', 'batched', 'tree', 'gossipsub'] as const;
export type Mode = (typeof modes)[number];

export interface Plan {
  mode: Mode;
  subscribers: number;
  /** Length of the measured window. */
  seconds: number;
  /** In mode tree: subscribers that the broadcaster feeds itself; they feed the others. */
  fan: number;
}

export const frameBytes = 160;
export const broadcastId = 'bench';

export interface BroadcasterFigures {
  cpuMicros: number;
  userMicros: number;
  frames: number;
  /** Longest time a frame came late out of the broadcaster's own timer. */
  lateMs: number;
}

export interface SubscriberFigures {
  cpuMicros: number;
  received: number;
  latencyMs: { p50: number; p99: number };
}

export function planOf(argument: string | undefined): Plan {
  return JSON.parse(argument ?? '') as Plan;
}

export function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export function cpuMicros({ user, system }: NodeJS.CpuUsage): number {
  return user + system;
}
