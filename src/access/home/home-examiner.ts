import type { DiagnosisScope, Examiner, Finding } from '#contracts/diagnosis.ts';
import { hostWords } from '#contracts/guild-standing.ts';
import type { HomeGuilds } from './home-guilds.ts';
import type { OperatorDirectory } from './operator-directory.ts';

export interface HomeExaminerComponents {
  homes: HomeGuilds;
  operators: OperatorDirectory;
}

/** What `/doctor` reports about the people whose hub this is. */
export class HomeExaminer implements Examiner {
  readonly #components: HomeExaminerComponents;

  constructor(components: HomeExaminerComponents) {
    this.#components = components;
  }

  async examine({ guildId }: DiagnosisScope): Promise<Finding[]> {
    return [this.#home(guildId), ...this.#operators(), ...this.#invitable()];
  }

  #home(guildId: string): Finding {
    const { homes } = this.#components;
    const id = 'home.guild';
    const undecided = homes.undecidedGuildIds().length;
    if (homes.isConfigured && homes.of(guildId) === 'home')
      return { id, level: 'ok', text: 'This is a home server of the hub, by its configuration.' };
    if (homes.of(guildId) === 'home') {
      const since = homes.kept().find((row) => row.guildId === guildId)?.setBy;
      const how =
        since === 'system:first-start'
          ? ': the hub was in no other server when it was first started'
          : since === 'system:update'
            ? ': it was the only one in use when home servers came in'
            : '';
      return { id, level: 'ok', text: `This is a home server of the hub${how}.` };
    }
    const fix = `${hostWords(homes.host())} types /access home add in each server that is home, or sets discord.guildIds.`;
    if (undecided > 0) {
      const text = `${undecided} servers use this hub and none is its home yet: only its operators may start the node, trust and forget.`;
      return { id, level: 'warning', text, fix };
    }
    return { id, level: 'problem', text: 'This server is no home server of the hub.', fix };
  }

  #operators(): Finding[] {
    const { operators } = this.#components;
    const id = 'home.operators';
    const people = operators.people();
    if (people.length > 0) {
      const text = `Its operators: ${hostWords({ operators: people })}.`;
      return [{ id, level: 'ok', text }];
    }
    const text = 'Nobody is known to be an operator of this hub.';
    const fix = 'Discord is asked again within a minute; or set operators to your own Discord user id.';
    return [{ id, level: 'warning', text, fix }];
  }

  #invitable(): Finding[] {
    const isPublic = this.#components.operators.isPublic();
    if (isPublic === undefined) return [];
    const id = 'home.public-bot';
    if (!isPublic) return [{ id, level: 'ok', text: 'Only its owner can invite the bot to servers.' }];
    const text = 'Anybody can invite this bot to a server of theirs; it serves nobody there.';
    const fix =
      'At discord.com/developers/applications: Installation → Install Link: None, save; then Bot → Public Bot: off.';
    return [{ id, level: 'warning', text, fix }];
  }
}
