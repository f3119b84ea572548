import type { Listener } from '@guildmesh/local-discord/voice/contract';

const frameMs = 20;

/** Talks on and on, as a client that sends 20 ms at a time. */
export function talk(who: Listener, packets: readonly Buffer[]): () => void {
  const startedAtMs = performance.now();
  let said = 0;
  const timer = setInterval(() => {
    const due = Math.floor((performance.now() - startedAtMs) / frameMs);
    for (; said < due; said++) who.speak(packets[said % packets.length] ?? Buffer.alloc(0));
  }, 10);
  return () => clearInterval(timer);
}
