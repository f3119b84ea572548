import { createHash } from 'node:crypto';
import type { Listener } from '@guildmesh/local-discord/voice/contract';
import type { ArrivedFrame } from './frame-comparison.ts';

export interface Ear {
  listener: Listener;
  heard: ArrivedFrame[];
  e2eeCount: number;
  firstSound: Promise<number>;
}

export function listenIn(listener: Listener): Ear {
  const ear: Ear = { listener, heard: [], e2eeCount: 0, firstSound: Promise.resolve(0) };
  ear.firstSound = new Promise((resolve) => {
    listener.onFrame((frame) => {
      if (frame.silence) return;
      if (ear.heard.length === 0) resolve(frame.arrivedAtMs);
      if (frame.e2ee) ear.e2eeCount++;
      ear.heard.push({ arrivedAtMs: frame.arrivedAtMs, sha256: sha256(frame.payload) });
    });
  });
  return ear;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
