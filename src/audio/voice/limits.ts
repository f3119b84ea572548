/** Limits of the voice engine: what can grow, and how long anything may take. */

/** Discord takes 120 gateway sends per 60 s and connection; the rest of the bot needs some of them. */
export const voiceSendsPerMinuteMax = 80;
/** Sends allowed at once after a quiet time; with the above never more than 100 in any 60 s. */
export const voiceSendBurstMax = 20;
/** Pause before a retry when the gateway refuses a send. */
export const voiceSendRetryMs = 500;

/** The buffer is cut back to its target when it holds this much more. */
export const bufferExcessMsMax = 500;

/** Requested at the start of a stream beyond what is gathered before it plays: some may be late on the way. */
export const burstSlackMs = 200;

/**
 * A stream whose last frame is older than this isn't live: what it left in the buffer is not played for new listeners.
 */
export const bufferFreshMs = 500;

/** Frames given to the worker that it hasn't acknowledged: about 2 s of five streams. */
export const framesInFlightMax = 512;
/** Frames waiting on the main thread for room in the worker; the oldest is dropped. */
export const framesQueuedMax = 256;
/** The worker acknowledges at least this often while frames come. */
export const framesAcknowledgeMs = 100;

/** When it is later than this many frames, the clock skips them instead of catching up. */
export const clockFramesLateMax = 10;
/** Time between ticks while catching up, to avoid a burst. */
export const clockCatchUpSpacingMs = 5;

/**
 * When it is later than this many frames, a capture leaves some out; fewer are caught up, because what was said is
 * held.
 */
export const captureFramesLateMax = 20;
/** Time between turns while catching up: packets that came meanwhile are read in between. Nobody hears a burst. */
export const captureCatchUpSpacingMs = 1;

/**
 * A second worker takes some 40 MiB, and at 300 channels a sixth more CPU per packet (`bench -- voice`); up to this
 * number one worker does as well.
 */
export const channelsBeforeNextWorker = 400;
/** A new worker starts earlier where turns take this share of their 20 ms: well before a worker is overloaded. */
export const busyShare = 0.65;
/** How often a worker measures its load. */
export const loadIntervalMs = 1_000;

/** A worker that doesn't answer for this long is restarted. */
export const heartbeatTimeoutMs = 5_000;
export const heartbeatIntervalMs = 1_000;
/** Before its first message a worker loads the voice library, which takes long on a busy machine. */
export const workerStartTimeoutMs = 20_000;
export const workerRestartDelayMs = 200;
export const workerRestartDelayMsMax = 5_000;
export const workerRestartsMax = 8;
/** After running this long, earlier restarts are forgotten. */
export const workerStableMs = 60_000;
/** The worker ends when nothing has been joined for this long. */
export const workerIdleMs = 10_000;
export const workerHeapMiBMax = 256;
/** For leaving politely (silence, speaking off, leave) at stop. */
export const leaveTimeoutMs = 2_000;

export const statusIntervalMs = 500;

/**
 * Most volumes of streams that a worker makes; each is one decoding and one encoding per 20 ms (measured: 0.27 ms, 70
 * KiB). Further channels get the closest volume that is made.
 */
export const volumesMax = 24;
/** A volume that nobody asked for in this many turns of 20 ms is dropped. */
export const volumeIdleTurnsMax = 250;

/** Remembered decisions on who may be heard in one captured channel; above this all are asked again. */
export const captureDecisionsMax = 1_000;

/** 4014 may be a move: after this long without a new place it was a kick. */
export const moveWaitMs = 5_000;
/** `endpoint: null`: Discord is looking for another voice server. */
export const endpointWaitMs = 30_000;
/** 4022 says the call ended; a new voice server may still be named. */
export const serverChangeWaitMs = 5_000;
export const rejoinDelayMs = 300;
export const rejoinDelayMsMax = 15_000;
/** Discord said “rate limited”: the first pause before another try; each further one doubles. */
export const rateLimitCoolMs = 600_000;
/** The cap was reached, or the call ended: the first pause before one more try. */
export const giveUpCoolMs = 60_000;
export const coolMsMax = 3_600_000;
/** Pause between being moved and going back: the person who moves the bot sees that it worked. */
export const returnDelayMs = 1_000;
/** Moves in a row that are undone; with the next one the bot stays where people put it. */
export const returnsMax = 3;
/** Failures of the encrypted group in a row, after which the advice is another voice region. */
export const groupFailuresMax = 3;
/** When members of the call and of the encrypted group differ for this long, the group is stale. */
export const groupStaleMs = 1_500;
/** Members for whom a rejoin didn't help; it is tried once for each. */
export const explainedMembersMax = 256;
/** A connection that held this long forgets its earlier rejoins. */
export const connectionStableMs = 60_000;
/** Resumes by the library within `connectionStableMs`, before we step in. */
export const resumesMax = 10;
/** The group's key is here but Discord hasn't said when to switch: after this time we use it. */
export const transitionGraceMs = 2_000;
/** Packets the library failed to encrypt in a row before the connection is remade. */
export const encryptFailuresMax = 50;
/** Discord asks for five silence frames before a pause. */
export const closingSilenceFrameCount = 5;
/** A 4014 within this time after losing the main gateway session is its consequence and no kick. */
export const gatewayLossMemoryMs = 120_000;
