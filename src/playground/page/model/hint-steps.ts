export interface HintStep {
  text: string;
  /** What stands in backticks and begins with a slash. */
  command: string | undefined;
  /** The guild whose name the hint has, when it is just one. */
  guildId: string | undefined;
}

export function hintSteps(hints: readonly string[], guilds: readonly { id: string; name: string }[]): HintStep[] {
  return hints.map((text) => {
    const named = guilds.filter(({ name }) => text.includes(name));
    return {
      text,
      command: text.match(/`(\/[^`]+)`/)?.[1],
      guildId: named.length === 1 ? named[0]?.id : undefined,
    };
  });
}
