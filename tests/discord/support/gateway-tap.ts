import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GatewayOpcodes } from 'discord-api-types/v10';
import { WebSocket, WebSocketServer } from 'ws';

export interface Dispatch {
  op: number;
  s: number | null;
  t: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: whatever was on the wire
  d: any;
}

/** Sits in the bot's gateway connection: keeps what passes, and can hand the bot a packet once more or changed. */
export class GatewayTap {
  readonly toBot: Dispatch[] = [];
  readonly fromBot: Dispatch[] = [];
  connectionCount = 0;
  /** New connections are taken and then hear nothing. */
  deaf = false;
  readonly #server: Server;
  readonly #accepting = new WebSocketServer({ noServer: true });
  #bot: WebSocket | undefined;
  #identifyCloseCode: number | undefined;

  constructor(server: Server) {
    this.#server = server;
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The gateway at `target` is reached through this server from now on. */
  listen(target: string): void {
    this.#server.removeAllListeners('upgrade');
    this.#server.on('upgrade', (request, socket, head) => {
      const onward = new WebSocket(`${target}${request.url ?? ''}`);
      onward.on('error', () => socket.destroy());
      onward.once('open', () => {
        onward.pause();
        this.#accepting.handleUpgrade(request, socket, head, (bot) => this.#join(bot, onward));
      });
    });
  }

  inject(packet: Dispatch): void {
    this.#bot?.send(JSON.stringify(packet));
  }

  /** Discord's verdict on the next identification. */
  closeNextIdentify(code: number): void {
    this.#identifyCloseCode = code;
  }

  closeBot(code: number): void {
    this.#bot?.close(code);
  }

  stop(): void {
    for (const bot of this.#accepting.clients) bot.terminate();
  }

  interactions(): Dispatch[] {
    return this.toBot.filter(({ t }) => t === 'INTERACTION_CREATE');
  }

  #join(bot: WebSocket, onward: WebSocket): void {
    this.#bot = bot;
    this.connectionCount += 1;
    onward.on('message', (data) => {
      if (this.deaf) return;
      const packet = JSON.parse(String(data)) as Dispatch;
      // A resumed session passes here too.
      if (packet.t === 'READY') packet.d.resume_gateway_url = this.url;
      this.toBot.push(packet);
      bot.send(JSON.stringify(packet));
    });
    bot.on('message', (data) => {
      const packet = JSON.parse(String(data)) as Dispatch;
      this.fromBot.push(packet);
      if (packet.op === GatewayOpcodes.Identify && this.#identifyCloseCode) {
        return bot.close(this.#identifyCloseCode);
      }
      onward.send(String(data));
    });
    onward.on('close', (code) => closeLike(bot, code));
    bot.on('close', (code) => closeLike(onward, code));
    onward.resume();
  }
}

/** Closes one side as the other was closed. 1005 and 1006 name the absence of a code and can't be sent. */
function closeLike(socket: WebSocket, code: number): void {
  if (code === 1_005 || code === 1_006) socket.terminate();
  else socket.close(code);
}
