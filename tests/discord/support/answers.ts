import type { Answer } from '@guildmesh/local-discord/contract';
import { type APIMessage, MessageFlags } from 'discord-api-types/v10';
import { walk } from './components.ts';

export interface Seen {
  text: string;
  ephemeral: boolean;
  message: APIMessage;
}

/** What the person sees in the end. */
export async function seen(answer: Answer): Promise<Seen> {
  const message = await answer.settled();
  const contents = walk(message.components ?? []).flatMap((component) =>
    'content' in component ? [String(component.content)] : [],
  );
  const ephemeral = ((message.flags ?? 0) & MessageFlags.Ephemeral) !== 0;
  return { text: [message.content, ...contents].filter(Boolean).join('\n'), ephemeral, message };
}
