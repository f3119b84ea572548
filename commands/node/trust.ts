import { z } from 'zod';
import { nodeTrust, trustCard } from '#contracts/actions/node.ts';
import type { CommandContext, CommandInput, View } from '#contracts/command.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { lookingView, trustCardView, trustedView } from './trust-view.ts';

type TrustInput = z.input<typeof nodeTrust.input>;

/** What the button below a card confirms for the person who presses it. */
const confirmed = z.object({ community: z.string(), name: z.string(), confirmation: z.string() });

/** Trusts immediately if the words are given; else shows the card that must be confirmed. */
export async function trust(context: CommandContext, options: CommandInput['options']): Promise<View> {
  const input = {
    community: String(options.community ?? ''),
    ...(options.name !== undefined && { name: String(options.name) }),
    ...(options.words !== undefined && { words: String(options.words) }),
  };
  try {
    return await ask(context, { ...input, waitMs: 0 });
  } catch (error) {
    if (!isGuildmeshError(error, 'MESH_NOT_FOUND_YET')) throw error;
    await context.meanwhile(lookingView(input.community));
    return ask(context, input);
  }
}

export async function confirm(context: CommandContext, draftId: string): Promise<View> {
  return ask(context, confirmed.parse(await context.kept(draftId)));
}

async function ask(context: CommandContext, input: TrustInput): Promise<View> {
  try {
    return trustedView(await context.perform(nodeTrust, input));
  } catch (error) {
    if (!isGuildmeshError(error, 'MESH_TRUST_UNCONFIRMED')) throw error;
    const card = trustCard.parse(error.details);
    const { confirmation, name, peerId } = card;
    const draftId = await context.keep({ community: peerId, name, confirmation });
    return trustCardView(card, context.customId('confirm', draftId));
  }
}
