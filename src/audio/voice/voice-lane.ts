import { FrameOutbox } from './frame-outbox.ts';
import type { GuildVoice } from './guild-voice.ts';
import { busyShare } from './limits.ts';
import type { FromWorker } from './protocol.ts';
import { type SupervisorComponents, WorkerSupervisor } from './worker-supervisor.ts';

export interface LaneEvents {
  launched(lane: VoiceLane): void;
  message(message: FromWorker, lane: VoiceLane): void;
  down(lane: VoiceLane): void;
  failed(restartCount: number, lane: VoiceLane): void;
}

/** One voice worker and the sessions it carries. */
export class VoiceLane {
  readonly supervisor: WorkerSupervisor;
  readonly outbox: FrameOutbox;
  readonly sessions = new Set<GuildVoice>();
  /** It has more than it can play in time: new channels go elsewhere. */
  overloaded = false;
  /** Share of 20 ms that one of its turns takes; over the last second. */
  turnShare = 0;
  /** Guild whose session last crashed the worker; it isn't moved, so it can't crash another lane. */
  suspectGuildId: string | undefined;

  constructor(components: SupervisorComponents, events: LaneEvents) {
    this.supervisor = new WorkerSupervisor(components, {
      launched: () => events.launched(this),
      message: (message) => events.message(message, this),
      down: () => events.down(this),
      failed: (restartCount) => events.failed(restartCount, this),
    });
    this.outbox = new FrameOutbox((frames, transfer) =>
      this.supervisor.post({ type: 'frames', frames }, transfer),
    );
  }
}

/**
 * The lane for one more channel: the one with the fewest, or a new one when that has many already, or is busy.
 * Undefined when all are overloaded and no other can be added.
 */
export function laneForOneMore(
  lanes: readonly VoiceLane[],
  { lanesMax, manyChannels }: { lanesMax: number; manyChannels: number },
  open: () => VoiceLane,
): VoiceLane | undefined {
  const emptiest = fewestChannels(lanes);
  const roomy = emptiest && emptiest.sessions.size < manyChannels && emptiest.turnShare < busyShare;
  if (roomy) return emptiest;
  return lanes.length < lanesMax ? open() : emptiest;
}

/** Among lanes that aren't overloaded. */
export function fewestChannels(lanes: readonly VoiceLane[]): VoiceLane | undefined {
  return lanes
    .filter(({ overloaded }) => !overloaded)
    .reduce<VoiceLane | undefined>(
      (best, lane) => (!best || lane.sessions.size < best.sessions.size ? lane : best),
      undefined,
    );
}
