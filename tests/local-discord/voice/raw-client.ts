import { createCipheriv } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { until } from './stage.ts';

interface Ready {
  ssrc: number;
  ip: string;
  port: number;
}

/** A hand-made voice client that may do what no library does. */
export class RawClient {
  readonly received: { op: number; d: unknown; seq?: number }[] = [];
  readonly binary: { op: number; payload: Buffer }[] = [];
  closeCode: number | undefined;
  readonly #ws: WebSocket;
  readonly #udp: Socket = createSocket('udp4');
  readonly #answers: Buffer[] = [];
  #key = Buffer.alloc(32);
  #ready: Ready = { ssrc: 0, ip: '', port: 0 };

  constructor(endpoint: string, query = '?v=8') {
    this.#ws = new WebSocket(`wss://${endpoint}${query}`);
    this.#ws.on('message', (data: Buffer, binary) => {
      if (binary) this.binary.push({ op: data.readUInt8(2), payload: data.subarray(3) });
      else this.received.push(JSON.parse(data.toString()));
    });
    this.#ws.on('close', (code) => {
      this.closeCode = code;
    });
    this.#ws.on('error', () => {});
    this.#udp.on('message', (datagram) => this.#answers.push(datagram));
  }

  send(op: number, d: unknown): void {
    this.#ws.send(JSON.stringify({ op, d }));
  }

  sendRaw(data: string | Buffer): void {
    this.#ws.send(data);
  }

  async message(op: number): Promise<{ d: unknown; seq?: number }> {
    await until(`op ${op}`, () => this.received.some((message) => message.op === op));
    return this.received.find((message) => message.op === op)!;
  }

  async closed(): Promise<number> {
    await until('a close', () => this.closeCode !== undefined);
    return this.closeCode!;
  }

  /** All the way to the session description, in AES-GCM mode. */
  async connect(identify: object): Promise<void> {
    await this.message(8);
    this.send(0, { max_dave_protocol_version: 1, ...identify });
    this.#ready = (await this.message(2)).d as Ready;
    const address = await this.discover(this.#ready.ssrc);
    this.send(1, { protocol: 'udp', data: { ...address, mode: 'aead_aes256_gcm_rtpsize' } });
    const description = (await this.message(4)).d as { secret_key: number[] };
    this.#key = Buffer.from(description.secret_key);
  }

  get ssrc(): number {
    return this.#ready.ssrc;
  }

  async discover(ssrc: number): Promise<{ address: string; port: number }> {
    const request = Buffer.alloc(74);
    request.writeUInt16BE(1, 0);
    request.writeUInt16BE(70, 2);
    request.writeUInt32BE(ssrc, 4);
    const answer = await this.exchange(request);
    return { address: answer.toString('latin1', 8, answer.indexOf(0, 8)), port: answer.readUInt16BE(72) };
  }

  async exchange(datagram: Buffer): Promise<Buffer> {
    const before = this.#answers.length;
    this.sendDatagram(datagram);
    await until('an answer', () => this.#answers.length > before);
    return this.#answers.at(-1)!;
  }

  sendDatagram(datagram: Buffer): void {
    this.#udp.send(datagram, this.#ready.port, this.#ready.ip);
  }

  packet(sequence: number, timestamp: number, nonce: number, payload: Buffer, extension = false): Buffer {
    const header = Buffer.alloc(extension ? 16 : 12);
    header[0] = extension ? 0x90 : 0x80;
    header[1] = 0x78;
    header.writeUInt16BE(sequence, 2);
    header.writeUInt32BE(timestamp, 4);
    header.writeUInt32BE(this.ssrc, 8);
    if (extension) header.writeUInt16BE(1, 14);
    const iv = Buffer.alloc(12);
    iv.writeUInt32BE(nonce, 0);
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv);
    cipher.setAAD(header);
    const sealed = [cipher.update(payload), cipher.final()];
    return Buffer.concat([header, ...sealed, cipher.getAuthTag(), iv.subarray(0, 4)]);
  }

  async close(): Promise<void> {
    this.#udp.close();
    if (this.#ws.readyState === WebSocket.CLOSED) return;
    if (this.#ws.readyState === WebSocket.CONNECTING) await once(this.#ws, 'open');
    this.#ws.terminate();
    await once(this.#ws, 'close');
  }

  drop(): void {
    this.#ws.terminate();
  }
}
