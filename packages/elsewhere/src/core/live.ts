import type { ServerResponse } from 'node:http';
import { commonHeaders } from '../page/layout.ts';
import type { Changes } from './changes.ts';

/** Open pages that are kept up to date; the oldest is let go for another one, and asks again. */
export const livePagesMax = 20;
const beatMs = 20_000;
/** A burst of requests is one event. */
const gatherMs = 100;

/** Server-sent events: each says only that something changed. */
export class LivePages {
  readonly #open = new Set<ServerResponse>();
  readonly #stopListening: () => void;
  readonly #beat: NodeJS.Timeout;
  #gathering: NodeJS.Timeout | undefined;

  constructor(changes: Changes) {
    this.#stopListening = changes.listen(() => this.#gather());
    this.#beat = setInterval(() => this.#send(': beat\n\n'), beatMs);
    this.#beat.unref();
  }

  get countOpen(): number {
    return this.#open.size;
  }

  open(response: ServerResponse): void {
    response.writeHead(200, { ...commonHeaders, 'content-type': 'text/event-stream; charset=utf-8' });
    response.write('retry: 2000\n\n');
    this.#open.add(response);
    response.once('close', () => this.#open.delete(response));
    for (const oldest of this.#open) {
      if (this.#open.size <= livePagesMax) return;
      this.#open.delete(oldest);
      oldest.end();
    }
  }

  close(): void {
    this.#stopListening();
    clearInterval(this.#beat);
    clearTimeout(this.#gathering);
    for (const response of this.#open) response.end();
  }

  #gather(): void {
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      this.#send('event: changed\ndata: {}\n\n');
    }, gatherMs);
  }

  #send(text: string): void {
    for (const response of this.#open) response.write(text);
  }
}
