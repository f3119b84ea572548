import { LIVE_PATH, type LiveEvent, type LiveRequest } from '../../page-api/protocol.ts';

const RETRY_MIN_MS = 500;
const RETRY_MAX_MS = 5_000;

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
  let retryMs = RETRY_MIN_MS;

  function connect(): void {
    socket = new WebSocket(LIVE_PATH);
    socket.onopen = () => {
      retryMs = RETRY_MIN_MS;
      sendViewers();
    };
    socket.onmessage = ({ data }) => onEvent(JSON.parse(String(data)) as LiveEvent);
    socket.onclose = () => {
      onLost();
      setTimeout(connect, retryMs);
      retryMs = Math.min(RETRY_MAX_MS, retryMs * 2);
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
