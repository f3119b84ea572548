import { z } from 'zod';
import type { KeyValueStore } from '#contracts/key-value-store.ts';
import type { Chance } from '#core/clock.ts';
import { discordErrors } from '../errors.ts';
import { draftCharactersMax, draftsCharactersMax, draftsPerPersonMax } from './limits.ts';

const idBytes = 8;
const shelf = z.array(z.object({ id: z.string(), value: z.unknown() }));
type Shelf = z.output<typeof shelf>;

/** The owner of a draft: drafts of one guild are not found from another. */
export interface DraftOwner {
  guildId: string;
  userId: string;
}

/**
 * Data between two steps of a command that is too long for a custom id. One entry of the store for each person, with
 * the newest few drafts: it is bounded, and it outlives a restart. May be lost.
 */
export class Drafts {
  readonly #components: { store: KeyValueStore; chance: Pick<Chance, 'bytes'> };
  readonly #shelf: string;
  /** One write at a time, or two of one person would overwrite each other. */
  #turn: Promise<unknown> = Promise.resolve();

  /** Each shelf has its own newest few. */
  constructor(
    components: { store: KeyValueStore; chance: Pick<Chance, 'bytes'> },
    { shelf: name = 'discord-drafts' }: { shelf?: string } = {},
  ) {
    this.#components = components;
    this.#shelf = name;
  }

  /** Returns its id; one of that id is replaced. Throws DISCORD_DRAFT_TOO_LARGE. */
  async keep(owner: DraftOwner, value: unknown, id = this.#newId()): Promise<string> {
    if (JSON.stringify(value).length > draftCharactersMax)
      throw discordErrors.DISCORD_DRAFT_TOO_LARGE({ charactersMax: draftCharactersMax });
    await this.#change(owner, (drafts) =>
      newestThatFit([{ id, value }, ...drafts.filter((draft) => draft.id !== id)]),
    );
    return id;
  }

  /** Throws DISCORD_DRAFT_GONE. */
  async get(owner: DraftOwner, id: string): Promise<unknown> {
    const found = (await this.#read(owner)).find((draft) => draft.id === id);
    if (!found) throw discordErrors.DISCORD_DRAFT_GONE();
    return found.value;
  }

  async forget(owner: DraftOwner, id: string): Promise<void> {
    await this.#change(owner, (drafts) => drafts.filter((draft) => draft.id !== id));
  }

  /** One change after the other. */
  async #change(owner: DraftOwner, change: (drafts: Shelf) => Shelf): Promise<void> {
    const changed = this.#turn.then(async () => {
      await this.#components.store.set(this.#keyOf(owner), change(await this.#read(owner)));
    });
    this.#turn = changed.catch(() => undefined);
    await changed;
  }

  async #read(owner: DraftOwner): Promise<Shelf> {
    const parsed = shelf.safeParse(await this.#components.store.get(this.#keyOf(owner)));
    return parsed.success ? parsed.data : [];
  }

  #keyOf({ guildId, userId }: DraftOwner): string {
    return `${this.#shelf}:${guildId}:${userId}`;
  }

  #newId(): string {
    return Buffer.from(this.#components.chance.bytes(idBytes)).toString('base64url');
  }
}

/** The newest is always among them. */
function newestThatFit(drafts: Shelf): Shelf {
  let characters = 0;
  return drafts.slice(0, draftsPerPersonMax).filter((draft) => {
    characters += JSON.stringify(draft).length;
    return characters <= draftsCharactersMax;
  });
}
