import type { MemberSession, Playground } from '@guildmesh/local-discord/contract';
import type { Listener } from '@guildmesh/local-discord/voice/contract';
import { tonePackets } from '../../audio/capture/tones.ts';
import { speakerIn } from './guilds.ts';

const frameMs = 20;

/** Somebody in the lounge of home, whose voice may be broadcast when they say so. */
export class Speaker {
  readonly #member: MemberSession;
  readonly #lounge: string;
  #listener: Promise<Listener> | undefined;

  constructor(playground: Playground) {
    const { lounge, member } = speakerIn(playground, 'home');
    this.#member = member;
    this.#lounge = lounge;
  }

  async consent(): Promise<void> {
    this.#listener ??= this.#member.listen(this.#lounge);
    await this.#listener;
    await (await this.#member.run('/consent give')).settled();
  }

  /** Talks on and on, as a client that sends 20 ms at a time, while `work` is done. */
  async talkDuring<Value>(work: () => Promise<Value>): Promise<Value> {
    this.#listener ??= this.#member.listen(this.#lounge);
    const [listener, packets] = await Promise.all([this.#listener, tonePackets(440, 50)]);
    const startedAtMs = performance.now();
    let said = 0;
    const timer = setInterval(() => {
      const due = Math.floor((performance.now() - startedAtMs) / frameMs);
      for (; said < due; said++) listener.speak(packets[said % packets.length] ?? Buffer.alloc(0));
    }, frameMs / 2);
    try {
      return await work();
    } finally {
      clearInterval(timer);
    }
  }
}
