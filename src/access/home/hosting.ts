import type { AnyAction } from '#contracts/action.ts';
import type { Examiner } from '#contracts/diagnosis.ts';
import { hostWords } from '#contracts/guild-standing.ts';
import type { HomeGuildStore } from '#contracts/home-guild-store.ts';
import type { ApplicationFacts, Hosting, JoinedGuild } from '#contracts/hosting.ts';
import type { Clock } from '#core/clock.ts';
import type { Startable } from '#core/lifecycle.ts';
import type { Logger } from '#core/logger.ts';
import { homeActions } from './home-actions.ts';
import { HomeExaminer } from './home-examiner.ts';
import { HomeGuilds } from './home-guilds.ts';
import { OperatorDirectory } from './operator-directory.ts';

export interface HostingComponents {
  store: HomeGuildStore;
  /** Late: the door that answers it is built with this service. */
  application: (signal: AbortSignal) => Promise<ApplicationFacts>;
  guilds: () => readonly JoinedGuild[];
  clock: Clock;
  logger: Logger;
}

export interface HostingInit {
  community: string;
  /** `discord.guildIds` */
  guildIds: readonly string[];
  /** `operators` */
  operators: readonly string[];
  /** Other processes work on the same database. */
  shared: boolean;
}

export interface HostingPart extends Hosting, Startable {
  readonly actions: AnyAction[];
  readonly examiner: Examiner;
}

/** The people who host this hub, and the guilds it serves. Starts before the door does. */
export function createHosting(components: HostingComponents, init: HostingInit): HostingPart {
  const { logger, guilds } = components;
  const operators = new OperatorDirectory(components, init.operators);
  const host = () => ({ community: init.community, operators: operators.people() });
  const homes = new HomeGuilds({ ...components, host }, { configured: init.guildIds, shared: init.shared });
  return {
    name: 'home guilds',
    standings: homes,
    operators,
    actions: homeActions({ homes, guilds }),
    examiner: new HomeExaminer({ homes, operators }),
    start: () => homes.load(),
    async loggedIn(joined, signal) {
      await operators.watch(signal);
      await homes.begin(joined.map(({ id }) => id));
      sayWhomItServes(logger, homes, joined);
    },
    async stop() {
      operators.stop();
      homes.stop();
    },
  };
}

function sayWhomItServes(logger: Logger, homes: HomeGuilds, joined: readonly JoinedGuild[]): void {
  const next = `${hostWords(homes.host())} types /access home add in each server that is home, or sets discord.guildIds`;
  const undecided = homes.undecidedGuildIds();
  const others = joined.filter(({ id }) => homes.of(id) === 'foreign').map(({ id }) => id);
  if (undecided.length > 0)
    logger.warn(
      { guildIds: undecided, next },
      'several guilds use this hub and none is its home yet: only operators may change what concerns all of them',
    );
  else if (homes.homeGuildIds().length === 0)
    logger.warn({ guildIds: others, next }, 'this hub serves no guild yet: none is its home');
  else logger.info({ guildIds: homes.homeGuildIds(), choice: homes.choice }, 'home guilds');
  if (others.length > 0 && homes.homeGuildIds().length > 0)
    logger.info({ guildIds: others }, 'the bot is in guilds that are not home; nothing is done there');
}
