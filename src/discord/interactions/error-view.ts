import { ComponentType } from 'discord-api-types/v10';
import type { View } from '#contracts/command.ts';
import type { GuildmeshError } from '#core/errors.ts';
import { inertSentence } from '#core/text/inert.ts';

const RED = 0xda373c;
const AMBER = 0xf0b232;
const GREY = 0x80848e;
/** A sentence may quote what somebody typed. */
const SENTENCE_MAX = 900;

/** What happened, what to do next, and the code to look up. */
export function errorView(error: GuildmeshError): View {
  const accent = error.kind === 'user' ? AMBER : RED;
  const sentence = inertSentence(error.message, SENTENCE_MAX);
  return card(accent, `**${sentence}**\n${inertSentence(error.next, SENTENCE_MAX)}\n-# \`${error.code}\``);
}

/** For a defect: never the exception's text, only where its details are. */
export function defectView(reference: string): View {
  return card(
    RED,
    `**Something went wrong here, and it was not you.**\nWhoever hosts the bot finds the details in its log.\n-# Reference \`${reference}\``,
  );
}

/** What a panel shows last where nothing is shown any more. */
export function overView(sentence: string): View {
  return card(GREY, inertSentence(sentence, SENTENCE_MAX));
}

function card(accent: number, content: string): View {
  return {
    components: [
      {
        type: ComponentType.Container,
        accent_color: accent,
        components: [{ type: ComponentType.TextDisplay, content }],
      },
    ],
  };
}
