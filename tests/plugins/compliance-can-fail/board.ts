import { randomUUID } from 'node:crypto';
import {
  type Answer,
  type Asked,
  type Effect,
  type FakePlatform,
  FaultyServer,
} from '../compliance/fake-platform.ts';

/** The smallest platform there can be: notes are pinned by POST and listed by GET. */
export class Board implements FakePlatform {
  readonly server = new FaultyServer((asked) => this.#answer(asked));
  readonly #notes: Effect[] = [];

  static async open(): Promise<Board> {
    const board = new Board();
    await board.server.listen();
    return board;
  }

  get addresses(): Record<string, string> {
    return { boardUrl: this.server.url };
  }

  effects(): Effect[] {
    return [...this.#notes];
  }

  violations(): readonly string[] {
    return this.server.requests
      .filter(({ headers }) => !headers.authorization)
      .map(({ method }) => `${method} without a token`);
  }

  close(): Promise<void> {
    return this.server.close();
  }

  #answer({ method, body }: Asked): Answer {
    if (method === 'GET') return { status: 200, body: this.#notes };
    const note = { id: randomUUID(), text: body.toString() };
    this.#notes.push(note);
    return { status: 201, body: note };
  }
}
