export type HintPart = { kind: 'text'; text: string } | { kind: 'command'; text: string };

export interface HintStep {
  parts: HintPart[];
  /** The guild that is named first, and the channel written as `#name`. */
  guildId: string | undefined;
  channelId: string | undefined;
}

interface HintGuild {
  id: string;
  name: string;
  channels: readonly { id: string; name?: string | null }[];
}

/** A slash and a word, and the text up to a parenthesis, a middle dot or a backtick. */
const commandPattern = /`?(?<![\w/])(\/[a-z][^·(`]*)`?/g;

export function hintSteps(hints: readonly string[], guilds: readonly HintGuild[]): HintStep[] {
  return hints.map((hint) => {
    const guild = firstNamed(hint, guilds);
    const channelName = hint.match(/#([\w-]+)/)?.[1];
    return {
      parts: partsOf(hint),
      guildId: guild?.id,
      channelId: guild?.channels.find(({ name }) => name === channelName)?.id,
    };
  });
}

function partsOf(hint: string): HintPart[] {
  const parts: HintPart[] = [];
  let from = 0;
  for (const { 0: whole, 1: command = '', index } of hint.matchAll(commandPattern)) {
    parts.push({ kind: 'text', text: hint.slice(from, index) });
    parts.push({ kind: 'command', text: command.trim() });
    from = index + whole.length;
  }
  parts.push({ kind: 'text', text: hint.slice(from) });
  return parts.filter(({ text }) => text.replaceAll(/[\s·]/g, '') !== '');
}

function firstNamed(hint: string, guilds: readonly HintGuild[]): HintGuild | undefined {
  const places = guilds.map((guild) => ({ guild, at: hint.indexOf(guild.name) }));
  return places.filter(({ at }) => at !== -1).sort((a, b) => a.at - b.at)[0]?.guild;
}
