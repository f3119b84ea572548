import type { LiveStandings, OperatorPerson } from './guild-standing.ts';

/** What Discord says about the application that the bot belongs to. */
export interface ApplicationFacts {
  /** Its owner, or the accepted members of its team who have more than read access. */
  operators: readonly OperatorPerson[];
  /** Anybody may invite the bot. */
  isPublic: boolean;
}

export interface Operators {
  /** By Discord's last answer, and by the configuration. */
  isOperator(userId: string): boolean;
  people(): readonly OperatorPerson[];
}

export interface JoinedGuild {
  id: string;
  name: string;
}

/** Whose hub this is, for the Discord door. */
export interface Hosting {
  readonly standings: LiveStandings;
  readonly operators: Operators;
  /**
   * Called when the door has logged in and answers nobody yet. Asks who the operators are; a hub without a choice of
   * home guilds makes its first one. Never throws because of Discord.
   */
  loggedIn(joined: readonly JoinedGuild[], signal: AbortSignal): Promise<void>;
}
