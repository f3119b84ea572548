import { setTimeout as sleep } from 'node:timers/promises';
import { type APIMessage, MessageFlags } from 'discord-api-types/v10';
import type { Answer } from '#playground/contract.ts';
import { walk } from './components.ts';

const FOLLOW_UP_WAIT_MS = 3_000;
const POLL_MS = 10;

export interface Seen {
  text: string;
  ephemeral: boolean;
  message: APIMessage;
}

/** What the person sees in the end: the settled reply, or the follow-up that came after it was taken away. */
export async function seen(answer: Answer): Promise<Seen> {
  const message = await answer.settled().catch(() => followUpOf(answer));
  const contents = walk(message.components ?? []).flatMap((component) =>
    'content' in component ? [String(component.content)] : [],
  );
  const ephemeral = ((message.flags ?? 0) & MessageFlags.Ephemeral) !== 0;
  return { text: [message.content, ...contents].filter(Boolean).join('\n'), ephemeral, message };
}

async function followUpOf(answer: Answer): Promise<APIMessage> {
  for (let waitedMs = 0; waitedMs < FOLLOW_UP_WAIT_MS; waitedMs += POLL_MS) {
    if (answer.message) return answer.message;
    await sleep(POLL_MS);
  }
  throw new Error('neither a reply nor a follow-up');
}
