/**
 * The limit for a sender in Node: nothing but one DAVE encryption, one AES-256-GCM and one send on a connected UDP
 * socket per packet, every 20 ms, out of memory.
 */
import { createCipheriv, createSecretKey } from 'node:crypto';
import type { Socket } from 'node:dgram';
import { OggOpusDemuxer } from '#audio/ogg/demuxer.ts';
import { connect, sessionOf } from './connection.ts';
import { encode } from './ffmpeg.ts';
import { order, serve, until } from './sender.ts';

const frames = await someFrames();
const sends: ((frame: Buffer) => void)[] = [];
let turn = 0;
let dueAtMs = performance.now();
tick();

await serve(async (index) => {
  const session = sessionOf(await connect(index));
  if (!session) throw new Error('a connection was lost');
  const { socket, remote } = session.udp as unknown as {
    socket: Socket;
    remote: { ip: string; port: number };
  };
  session.udp.send = (buffer) => void socket.send(buffer);
  let connected = false;
  socket.connect(remote.port, remote.ip, () => {
    connected = true;
  });
  await until(() => connected);
  const key = createSecretKey(session.connectionData.secretKey);
  const dave = order.dave ? session.dave?.session : undefined;
  const packet = Buffer.alloc(1_500);
  const header = packet.subarray(0, 12);
  const iv = Buffer.alloc(12);
  packet.writeUInt16BE(0x8078, 0);
  packet.writeUInt32BE(session.connectionData.ssrc, 8);
  let nonce = 0;
  sends.push((frame) => {
    nonce++;
    packet.writeUInt16BE(nonce & 0xffff, 2);
    packet.writeUInt32BE((nonce * 960) >>> 0, 4);
    iv.writeUInt32BE(nonce, 0);
    const payload = dave ? dave.encryptOpus(frame) : frame;
    const cipher = createCipheriv('aes-256-gcm', key, iv);
    cipher.setAAD(header);
    packet.set(cipher.update(payload), 12);
    cipher.final();
    packet.set(cipher.getAuthTag(), 12 + payload.length);
    packet.writeUInt32BE(nonce, 28 + payload.length);
    socket.send(packet.subarray(0, 32 + payload.length));
  });
});

function tick(): void {
  const frame = frames[turn++ % frames.length] as Buffer;
  for (const send of sends) send(frame);
  dueAtMs = Math.max(dueAtMs + 20, performance.now() - 100);
  setTimeout(tick, Math.max(0, dueAtMs - performance.now()));
}

async function someFrames(): Promise<Buffer[]> {
  const found: Buffer[] = [];
  const demuxer = new OggOpusDemuxer();
  for await (const chunk of encode()) {
    demuxer.push(chunk, (event) => {
      if (event.kind === 'packet') found.push(Buffer.from(event.payload));
    });
    if (found.length > 500) break;
  }
  return found;
}
