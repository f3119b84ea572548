import type { APIMessage } from 'discord-api-types/v10';
import type { Answer } from '../contract.ts';
import { messageFor } from '../world/messages.ts';
import { flattenComponents } from '../world/wire-component.ts';
import { playgroundErrors } from './errors.ts';
import { type Interaction, waitUntil } from './interaction.ts';

export const settleMs = 15_000;
/** How long after a deleted answer a follow-up still counts as the answer. */
const followUpMs = 1_000;

export interface AnswerInit {
  botName: string;
  firstResponseMs: number;
}

/** Resolves with the first visible answer; rejects with PLAYGROUND_INTERACTION_FAILED when there is none in time. */
export async function answerTo(interaction: Interaction, init: AnswerInit): Promise<Answer> {
  await firstResponse(interaction, init);
  return makeAnswer(interaction, init.botName);
}

export async function firstResponse(
  interaction: Interaction,
  { botName, firstResponseMs }: AnswerInit,
): Promise<void> {
  const failed = () =>
    playgroundErrors.PLAYGROUND_INTERACTION_FAILED({ bot: botName, windowMs: firstResponseMs });
  // The desk fails the interaction itself; the margin only keeps a lost timer from hanging a test.
  const responded = () => interaction.responseType !== undefined || interaction.state === 'failed';
  await waitUntil(interaction, responded, firstResponseMs + 1_000, failed);
  if (interaction.responseType === undefined) throw failed();
}

function makeAnswer(interaction: Interaction, bot: string): Answer {
  const current = (): APIMessage | undefined => {
    const { answer, userId } = interaction;
    return answer && structuredClone(messageFor(answer, userId));
  };
  async function settled(timeoutMs = settleMs): Promise<APIMessage> {
    const expired = () => playgroundErrors.PLAYGROUND_ANSWER_UNSETTLED({ bot, timeoutMs });
    await waitUntil(interaction, () => !interaction.loading, timeoutMs, expired);
    // A bot that deletes its public "thinking…" to answer in private sends that right after.
    const gone = () => playgroundErrors.PLAYGROUND_ANSWER_GONE({ bot });
    await waitUntil(interaction, () => interaction.answer !== undefined, followUpMs, gone);
    const message = current();
    if (!message) throw gone();
    return message;
  }
  return {
    interactionId: interaction.id,
    get message() {
      return current();
    },
    get ephemeral() {
      return interaction.ephemeral;
    },
    ...(interaction.modal ? { modal: interaction.modal } : {}),
    settled,
    text: async (timeoutMs) => textOf(await settled(timeoutMs)),
  };
}

/** Content, embeds and text components, joined by newlines. */
export function textOf(message: APIMessage): string {
  const embeds = message.embeds.flatMap((embed) => [
    embed.author?.name,
    embed.title,
    embed.description,
    ...(embed.fields ?? []).flatMap((field) => [field.name, field.value]),
    embed.footer?.text,
  ]);
  const components = flattenComponents(message.components ?? []).map(({ content }) => content);
  return [message.content, ...embeds, ...components].filter(Boolean).join('\n');
}
