import { EventEmitter } from 'node:events';
import { NetworkingStatusCode, type VoiceConnection, VoiceConnectionStatus } from '@discordjs/voice';
import { describe, expect, test, vi } from 'vitest';
import { watchConnection } from '#audio/voice/worker/connection-watch.ts';

/** The shape of the library's objects: emitters whose state is replaced. */
function setUp() {
  const connection = new EventEmitter();
  const networking = Object.assign(new EventEmitter(), { state: {} as Record<string, unknown> });
  const socket = new EventEmitter();
  const enter = (code: NetworkingStatusCode, ws: EventEmitter | undefined = socket) => {
    networking.state = ws ? { code, ws } : { code };
    networking.emit('stateChange', {}, networking.state);
  };
  const observer = {
    ready: vi.fn(),
    connecting: vi.fn(),
    endpointRemoved: vi.fn(),
    closed: vi.fn(),
    socketClosed: vi.fn(),
    binary: vi.fn(),
    transitioned: vi.fn(),
    error: vi.fn(),
  };
  watchConnection(connection as unknown as VoiceConnection, observer);
  enter(NetworkingStatusCode.OpeningWs);
  const connecting = { status: VoiceConnectionStatus.Connecting, networking };
  connection.emit('stateChange', { status: VoiceConnectionStatus.Signalling }, connecting);
  return { connection, networking, socket, enter, observer };
}

describe('connection watch', () => {
  test('tells messages of the group that the library drops from those it handles', () => {
    const { socket, enter, observer } = setUp();
    enter(NetworkingStatusCode.Ready);
    socket.emit('binary', {});
    expect(observer.binary).toHaveBeenLastCalledWith(false);
    enter(NetworkingStatusCode.Resuming);
    socket.emit('binary', {});
    expect(observer.binary).toHaveBeenLastCalledWith(true);
  });

  test('counts the close of the current socket, also when the library replaces it in its own handler', () => {
    const { socket, enter, observer } = setUp();
    const next = new EventEmitter();
    socket.on('close', () => enter(NetworkingStatusCode.Resuming, next));
    socket.emit('close', { code: 4015 });
    expect(observer.socketClosed).toHaveBeenCalledExactlyOnceWith(4015);
    socket.emit('close', { code: 1000 });
    expect(observer.socketClosed).toHaveBeenCalledTimes(1);
    next.emit('close', { code: 1006 });
    expect(observer.socketClosed).toHaveBeenLastCalledWith(1006);
  });

  test('hears the end of the networking in use, and not of one that was replaced', () => {
    const { connection, networking, observer } = setUp();
    const next = Object.assign(new EventEmitter(), { state: { code: NetworkingStatusCode.OpeningWs } });
    const before = { status: VoiceConnectionStatus.Connecting, networking };
    connection.emit('stateChange', before, { ...before, networking: next });
    networking.emit('close', 4014);
    expect(observer.closed).not.toHaveBeenCalled();
    next.emit('close', 4006);
    expect(observer.closed).toHaveBeenCalledExactlyOnceWith(4006);
  });
});
