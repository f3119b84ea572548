import {
  type Networking,
  NetworkingStatusCode,
  type VoiceConnection,
  VoiceConnectionDisconnectReason,
  VoiceConnectionStatus,
  type VoiceWebSocket,
} from '@discordjs/voice';

/** What a link needs to know of its library connection; the library spreads it over four objects. */
export interface ConnectionObserver {
  /** A voice session is ready: new, resumed, or on another server. */
  ready(): void;
  /** Connecting to a server, or resuming. */
  connecting(): void;
  /** Discord took the voice server away and will name another. */
  endpointRemoved(): void;
  /** The library gave the voice session up. It has asked for a rejoin itself; the adapter swallowed that. */
  closed(code: number): void;
  /** Any close of the current websocket, including those from which the library resumes. */
  socketClosed(code: number): void;
  /** A message of the encrypted group is about to be handled. While resuming, the library drops it. */
  binary(whileResuming: boolean): void;
  transitioned(): void;
  error(error: Error): void;
}

export function watchConnection(connection: VoiceConnection, observer: ConnectionObserver): void {
  let watched: Networking | undefined;
  connection.on('error', (error) => observer.error(error));
  connection.on('transitioned', () => observer.transitioned());
  connection.on('stateChange', (before, after) => {
    const networking = 'networking' in after ? after.networking : undefined;
    if (networking && networking !== watched) {
      watched = networking;
      watchNetworking(networking, () => watched === networking, observer);
    }
    if (before.status === after.status) return;
    if (after.status === VoiceConnectionStatus.Ready) observer.ready();
    if (after.status === VoiceConnectionStatus.Connecting) observer.connecting();
    if (
      after.status === VoiceConnectionStatus.Disconnected &&
      after.reason === VoiceConnectionDisconnectReason.EndpointRemoved
    ) {
      observer.endpointRemoved();
    }
  });
}

function watchNetworking(
  networking: Networking,
  isCurrent: () => boolean,
  observer: ConnectionObserver,
): void {
  let socket: VoiceWebSocket | undefined;
  const followSocket = () => {
    const current = socketOf(networking);
    if (!current || current === socket) return;
    socket = current;
    watchSocket(networking, current, observer);
  };
  followSocket();
  networking.on('stateChange', followSocket);
  // The library's own handler was attached first, so its state is settled when this one runs.
  networking.once('close', (code: number) => {
    if (isCurrent()) observer.closed(code);
  });
}

function watchSocket(networking: Networking, socket: VoiceWebSocket, observer: ConnectionObserver): void {
  // Prepended: afterwards the library has replaced the socket, and its state no longer shows this.
  socket.prependListener('close', ({ code }: { code: number }) => {
    if (socketOf(networking) === socket) observer.socketClosed(code);
  });
  socket.prependListener('binary', () => {
    observer.binary(networking.state.code === NetworkingStatusCode.Resuming);
  });
}

function socketOf(networking: Networking): VoiceWebSocket | undefined {
  return 'ws' in networking.state ? networking.state.ws : undefined;
}
