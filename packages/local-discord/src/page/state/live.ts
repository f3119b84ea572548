import { type LiveEvent, type LiveRequest, livePath } from '../../page-api/protocol.ts';

const retryMinMs = 500;
const retryMaxMs = 5_000;

export interface LiveInit {
  /** `ready` comes after every (re)connection and after every change of viewers: the moment to read the world. */
  onEvent: (event: LiveEvent) => void;
  onLost: () => void;
}

export interface Live {
  look(viewers: LiveRequest['viewers']): void;
}

/** The socket of events, opened again for as long as the page is. */
export function connectLive({ onEvent, onLost }: LiveInit): Live {
  let viewers: LiveRequest['viewers'] = {};
  let socket: WebSocket | undefined;
  let retryMs = retryMinMs;

  function connect(): void {
    socket = new WebSocket(livePath);
    socket.onopen = () => {
      retryMs = retryMinMs;
      sendViewers();
    };
    socket.onmessage = ({ data }) => onEvent(JSON.parse(String(data)) as LiveEvent);
    socket.onclose = () => {
      onLost();
      setTimeout(connect, retryMs);
      retryMs = Math.min(retryMaxMs, retryMs * 2);
    };
  }

  function sendViewers(): void {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ viewers } satisfies LiveRequest));
  }

  connect();
  return {
    look(next) {
      viewers = next;
      sendViewers();
    },
  };
}
