/**
 * Whether people of a guild may be captured when a channel is broadcast. `ask`: only people who gave consent are heard.
 * `notice`: everyone except people who withdrew it, after a notice in the channel. `off`: no channel is captured.
 */
export const captureRules = ['ask', 'notice', 'off'] as const;
export type CaptureRule = (typeof captureRules)[number];

export const consentChoices = ['given', 'withdrawn'] as const;
export type ConsentChoice = (typeof consentChoices)[number];

/** Most choices kept per guild; further ones are refused. */
export const consentChoicesMax = 100_000;

export interface ConsentGiven {
  choice: ConsentChoice;
  /** Wall clock. */
  chosenAtMs: number;
}

export interface ConsentStore {
  /** Undefined while nobody has set one. */
  ruleOf(guildId: string): Promise<CaptureRule | undefined>;
  setRule(guildId: string, rule: CaptureRule, nowMs: number): Promise<void>;
  /** By user id. */
  choices(guildId: string): Promise<Map<string, ConsentGiven>>;
  /** Throws STORAGE_LIMIT_REACHED for one more than `consentChoicesMax`. */
  setChoice(guildId: string, userId: string, choice: ConsentChoice, nowMs: number): Promise<void>;
}
