import { Worker } from 'node:worker_threads';
import { keepOpusCodecLoaded } from '../opus/codec.ts';
import { workerHeapMiBMax } from './limits.ts';
import type { VoiceWorkerData } from './protocol.ts';
import type { WorkerThread } from './worker-supervisor.ts';

export function launchVoiceWorker(
  data: VoiceWorkerData,
  options: { execArgv?: string[] } = {},
): WorkerThread {
  keepOpusCodecLoaded();
  return new Worker(new URL('./worker/main.ts', import.meta.url), {
    name: 'voice',
    workerData: data,
    resourceLimits: { maxOldGenerationSizeMb: workerHeapMiBMax },
    ...options,
  });
}
