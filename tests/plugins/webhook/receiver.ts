import {
  type Answer,
  type Asked,
  type Effect,
  type FakePlatform,
  FaultyServer,
} from '../compliance/fake-platform.ts';

export const address = 'https://hooks.example.org/in/address-canary-0123456789';

/** A receiver that keeps what it is sent; with `remembers` one effect per Idempotency-Key, as it would promise. */
export class Receiver implements FakePlatform {
  readonly server: FaultyServer;
  readonly #remembers: boolean;
  readonly received: Asked[] = [];
  readonly #byKey = new Map<string, Answer>();

  private constructor(remembers: boolean) {
    this.#remembers = remembers;
    this.server = new FaultyServer((asked) => this.#answer(asked));
  }

  static async open(remembers: boolean): Promise<Receiver> {
    const receiver = new Receiver(remembers);
    await receiver.server.listen();
    return receiver;
  }

  readonly addresses = {};
  /** What it says to everything, in place of taking it. */
  answers: Answer | undefined;

  get routes(): Record<string, string> {
    return { 'https://hooks.example.org': this.server.url };
  }

  effects(): Effect[] {
    return this.received.map(({ body }, index) => ({ id: String(index), text: body.toString() }));
  }

  violations(): readonly string[] {
    return this.server.requests
      .filter(({ headers }) => !headers['idempotency-key'] || !headers['guildmesh-signature'])
      .map(({ method, path }) => `${method} ${path} has no key or signature`);
  }

  close(): Promise<void> {
    return this.server.close();
  }

  #answer(asked: Asked): Answer {
    if (this.answers) return this.answers;
    const key = asked.headers['idempotency-key'] ?? '';
    const known = this.#remembers ? this.#byKey.get(key) : undefined;
    if (known) return known;
    this.received.push(asked);
    const answer = { status: 201, body: { id: `r${this.received.length}`, url: 'https://example.org/r' } };
    this.#byKey.set(key, answer);
    return answer;
  }
}
