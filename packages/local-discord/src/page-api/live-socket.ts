import { z } from 'zod';
import type { Playground, PlaygroundEvent } from '../contract.ts';
import type { LiveEvent } from './protocol.ts';
import type { SocketHandler } from './upgrades.ts';

/** A page that reads slower than this much behind is cut off; it reconnects and reads the world afresh. */
export const behindMaxBytes = 4 * 1024 * 1024;

const liveRequest = z.object({ viewers: z.record(z.string().max(20), z.string().max(20)) });

/** Events as they happen, as the page's chosen member of each guild sees them. */
export function createLiveSockets(playground: Pick<Playground, 'subscribe'>): SocketHandler {
  return (socket) => {
    let viewers: Record<string, string> = {};

    function send(event: LiveEvent): void {
      if (socket.bufferedAmount > behindMaxBytes) socket.terminate();
      else socket.send(JSON.stringify(event));
    }

    const unsubscribe = playground.subscribe((event) => {
      if (isFor(event, viewers)) send(event);
    });
    socket.on('close', unsubscribe);
    socket.on('message', (data) => {
      const request = parseRequest(data.toString());
      if (!request) {
        socket.close(1007, 'not a LiveRequest');
        return;
      }
      viewers = request.viewers;
      send({ type: 'ready' });
    });
  };
}

function isFor(event: PlaygroundEvent, viewers: Readonly<Record<string, string>>): boolean {
  const viewer = viewers[event.guildId];
  if (event.type === 'modal' || event.type === 'interaction') return event.userId === viewer;
  if ('viewerId' in event && event.viewerId !== undefined) return event.viewerId === viewer;
  return true;
}

function parseRequest(text: string): z.infer<typeof liveRequest> | undefined {
  try {
    return liveRequest.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
