/** Entry of the voice worker thread. */
import { parentPort, workerData } from 'node:worker_threads';
import { systemChance, systemClock } from '#core/clock.ts';
import { errorText } from '#core/errors.ts';
import type { FromWorker, ToWorker, VoiceWorkerData } from '../protocol.ts';
import { VoiceWorker } from './voice-worker.ts';

const port = parentPort;
if (!port) throw new Error('the voice worker runs only as a worker thread');

const post = (message: FromWorker) => port.postMessage(message);
const init: VoiceWorkerData = workerData;
const worker = new VoiceWorker({ clock: systemClock(), chance: systemChance(), post }, init);

// The library throws out of its websocket handlers, for instance when a proposal is of the wrong epoch. Its state is
// then unknown: this thread ends, the supervisor starts another, and every channel is joined again.
process.on('uncaughtException', (error) => {
  post({ type: 'crash', error: stackOf(error), guildId: worker.lastEnteredGuildId });
  process.exit(1);
});

port.on('message', (message: ToWorker) => worker.receive(message));
worker.start();

function stackOf(error: unknown): string {
  return error instanceof Error && error.stack ? error.stack : errorText(error);
}
