import type { Playground } from '@guildmesh/local-discord/contract';
import type { Listener } from '@guildmesh/local-discord/voice/contract';
import type { APIMessage } from 'discord-api-types/v10';
import { type Community, firstMinute } from '#demo/first-minute.ts';
import {
  type FoundControl,
  findButton,
  findChoice,
} from '../../../packages/local-discord/src/page/model/find-control.ts';
import type { Told } from './readme-minute.ts';
import { until } from './two-communities.ts';

/** Does what README tells, as the owner of the guild that it named last. */
export class Typist {
  readonly listeners: Listener[] = [];
  readonly #playground: Playground;
  /** Oldest first, as they stand now. */
  readonly #messages = new Map<string, { guildId: string; message: APIMessage }>();
  #at: Community = firstMinute.north;

  constructor(playground: Playground) {
    this.#playground = playground;
    playground.subscribe((event) => {
      if (event.type !== 'message' && event.type !== 'message-edit') return;
      const { guildId, message } = event;
      this.#messages.set(message.id, { guildId, message: structuredClone(message) });
    });
  }

  async obey(told: Told): Promise<void> {
    const { guildId, ownerId, textId, voiceId } = this.#at;
    const person = this.#playground.as(ownerId, guildId);
    switch (told.kind) {
      case 'guild':
        this.#at = told.name === firstMinute.north.name ? firstMinute.north : firstMinute.south;
        return;
      case 'join':
        this.listeners.push(await person.listen(voiceId));
        return;
      case 'type':
        await person.run(told.line, { channelId: textId });
        return;
      case 'press': {
        const { customId, messageId } = await this.#once(() => findButton(this.#shown(), told.name));
        await person.click(messageId, customId);
        return;
      }
      case 'choose': {
        const guild = this.#playground.world.guild(guildId);
        const {
          customId,
          messageId,
          value = '',
        } = await this.#once(() => guild && findChoice(this.#shown(), guild, told.name));
        await person.select(messageId, customId, [value]);
      }
    }
  }

  #shown(): APIMessage[] {
    const all = [...this.#messages.values()];
    return all.filter(({ guildId }) => guildId === this.#at.guildId).map(({ message }) => message);
  }

  async #once(find: () => FoundControl | undefined): Promise<FoundControl> {
    let found: FoundControl | undefined;
    await until(`what a line names in ${this.#at.name}`, async () => {
      found = find();
      return found !== undefined;
    });
    return found ?? Promise.reject(new Error('nothing was found'));
  }
}
