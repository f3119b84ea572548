import type { LiveStandings, OperatorPerson } from './guild-standing.ts';

/** What Discord says about the application that the bot belongs to. */
export interface ApplicationFacts {
  /** Its owner, or the accepted members of its team who may do more than read. */
  operators: readonly OperatorPerson[];
  /** Anybody may invite the bot. */
  isPublic: boolean;
}

export interface Operators {
  /** By the last answer of Discord, and by the configuration. */
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
   * The door has logged in and answers nobody yet: who the operators are is asked, and a hub that nobody has told yet
   * whom it serves decides. Never throws for Discord's sake.
   */
  loggedIn(joined: readonly JoinedGuild[], signal: AbortSignal): Promise<void>;
}
