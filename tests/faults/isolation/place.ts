import type { Answer, MemberSession, Playground } from '@guildmesh/local-discord/contract';
import { isLocalDiscordError } from '@guildmesh/local-discord/errors';
import type { Listener } from '@guildmesh/local-discord/voice/contract';
import { flattenComponents, type WireComponent } from '@guildmesh/local-discord/world/wire-component';
import type { APIApplicationCommandOptionChoice, APIMessage } from 'discord-api-types/v10';
import { errorText } from '#core/errors.ts';
import { pause } from '../voice/audio-meter.ts';

type Uploads = { name: string; bytes: Uint8Array }[];

export interface PlaceInit {
  name: string;
  guildId: string;
  /** Its owner first; all of them manage it. They take turns, for each may type only so fast. */
  peopleIds: readonly string[];
  general: string;
  lounge: string;
  botId: string;
}

/** An answer, and who got it: nobody else may press what is below it. */
export interface Said {
  text: string;
  message: APIMessage | undefined;
  by: MemberSession;
}

type Button = WireComponent & { label?: string };

const tooFastMs = 1_200;
/** Sound that comes at all comes within this, and goes on for the second span. */
const soundWithinMs = 6_000;
const listenMs = 1_500;
/** What was refused is listened for all the same. */
const silenceMs = 1_000;

/** One guild as its people see it: what they type, press and hear. */
export class Place {
  readonly name: string;
  readonly guildId: string;
  readonly general: string;
  readonly lounge: string;
  readonly peopleIds: readonly string[];
  readonly #people: MemberSession[];
  readonly #botId: string;
  #turn = 0;

  constructor(playground: Playground, init: PlaceInit) {
    this.name = init.name;
    this.guildId = init.guildId;
    this.general = init.general;
    this.lounge = init.lounge;
    this.#botId = init.botId;
    this.peopleIds = init.peopleIds;
    this.#people = init.peopleIds.map((userId) => playground.as(userId, init.guildId));
  }

  get owner(): MemberSession {
    return this.#people[0] as MemberSession;
  }

  async say(typed: string, attachments: Uploads = []): Promise<string> {
    return (await this.run(typed, attachments)).text;
  }

  run(typed: string, attachments: Uploads = [], by = this.#next()): Promise<Said> {
    const options = { channelId: this.general, attachments };
    return this.#patiently(by, typed, (member) => member.run(typed, options));
  }

  /** Presses the first usable button of that label; undefined where there is none. */
  async press({ by, message }: Said, label: string): Promise<Said | undefined> {
    const button = message && buttonsOf(message).find((each) => each.label === label && !each.disabled);
    const customId = button?.custom_id;
    if (!message || customId === undefined) return undefined;
    return this.#patiently(by, label, (member) => member.click(message.id, customId));
  }

  /** Presses all there is to press, one after the other, as the message is shown at first. */
  async pressAll(said: Said): Promise<Said[]> {
    const labels = said.message ? buttonsOf(said.message).flatMap(({ label }) => label ?? []) : [];
    const answers: Said[] = [];
    for (const label of labels) {
      try {
        answers.push((await this.press(said, label)) ?? said);
      } catch (error) {
        // A press before it took this button away.
        if (!isLocalDiscordError(error, 'PLAYGROUND_COMPONENT_UNUSABLE')) throw error;
      }
    }
    return answers;
  }

  /** What is offered for the option that the typed text ends in. */
  async choices(typed: string): Promise<APIApplicationCommandOptionChoice[]> {
    return this.#next().autocomplete(typed, { channelId: this.general });
  }

  /** The programme frames that a person in the lounge hears of the bot while and after `typed` is answered. */
  async framesOf(typed: string): Promise<number> {
    const listener = await this.#next().listen(this.lounge);
    let heardCount = 0;
    listener.onFrame(({ speakerId, silence }) => {
      if (speakerId === this.#botId && !silence) heardCount++;
    });
    try {
      const text = await this.say(typed);
      if (isRefused(text)) await pause(silenceMs);
      else await this.#listen(() => heardCount);
      return heardCount;
    } finally {
      await this.#silence(listener);
    }
  }

  async #listen(heardCount: () => number): Promise<void> {
    const endMs = performance.now() + soundWithinMs;
    while (heardCount() === 0 && performance.now() < endMs) await pause(50);
    if (heardCount() > 0) await pause(listenMs);
  }

  async #silence(listener: Listener): Promise<void> {
    await this.say('/relay stop');
    listener.leave();
  }

  async #patiently(
    by: MemberSession,
    what: string,
    ask: (member: MemberSession) => Promise<Answer>,
  ): Promise<Said> {
    try {
      const answer = await ask(by);
      if (answer.modal) return { text: '', message: undefined, by };
      const text = await answer.text();
      if (!text.includes('DISCORD_TOO_FAST')) return { text, message: answer.message, by };
    } catch (error) {
      if (isLocalDiscordError(error, 'PLAYGROUND_COMPONENT_UNUSABLE')) throw error;
      throw new Error(`${what}: ${errorText(error)}`, { cause: error });
    }
    await pause(tooFastMs);
    return this.#patiently(by, what, ask);
  }

  #next(): MemberSession {
    return this.#people[this.#turn++ % this.#people.length] as MemberSession;
  }
}

/** Error answers carry their stable code. */
export function isRefused(text: string): boolean {
  return /\b[A-Z]+(_[A-Z]+)+\b/.test(text);
}

function buttonsOf(message: APIMessage): Button[] {
  return flattenComponents(message.components ?? []).filter(
    (component): component is Button => 'custom_id' in component && 'label' in component,
  );
}
