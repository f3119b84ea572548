import { type APIComponentInMessageActionRow, ButtonStyle, ComponentType } from 'discord-api-types/v10';
import type { View } from '#contracts/command.ts';
import type { GuildmeshError } from '#core/errors.ts';
import { inertSentence } from '#core/text/inert.ts';

const red = 0xda373c;
const amber = 0xf0b232;
const grey = 0x80848e;
/** A sentence may quote what somebody typed. */
const sentenceMax = 900;

/** What happened, what to do next, and the code to look up. */
export function errorView(error: GuildmeshError): View {
  const accent = error.kind === 'user' ? amber : red;
  const sentence = inertSentence(error.message, sentenceMax);
  return card(accent, `**${sentence}**\n${inertSentence(error.next, sentenceMax)}\n-# \`${error.code}\``);
}

/** A button by which what was typed is corrected. */
export function againButton(customId: string): APIComponentInMessageActionRow {
  return { type: ComponentType.Button, style: ButtonStyle.Primary, label: 'Try again', custom_id: customId };
}

/** The error, and what can be pressed or picked instead of typing all again. */
export function withControl(error: View, control: APIComponentInMessageActionRow): View {
  return { components: [...error.components, { type: ComponentType.ActionRow, components: [control] }] };
}

/** For a defect: never the exception's text, only where to find its details. */
export function defectView(reference: string): View {
  return card(
    red,
    `**Something went wrong here, and it was not you.**\nWhoever hosts the bot finds the details in its log.\n-# Reference \`${reference}\``,
  );
}

/** The last content of a panel that shows nothing any more. */
export function overView(sentence: string): View {
  return card(grey, inertSentence(sentence, sentenceMax));
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
