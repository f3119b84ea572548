import type { CommunityOutput, TrustCardOutput } from '#contracts/actions/node.ts';
import type { View } from '#contracts/command.ts';
import { inert } from '#core/text/inert.ts';
import { button, buttons, card, code, lines, shortPeerId } from '../layout.ts';
import { communityLine } from './view.ts';

/** Names have at most 64 characters; the typed text may be longer. */
const typedLengthMax = 80;

export function lookingView(reference: string): View {
  return card('waiting', [
    lines(
      `### 🔎 Looking for ${inert(reference, typedLengthMax)}`,
      '-# For up to 10 s: hubs that have just started need a moment to find each other.',
    ),
  ]);
}

/** Before a hub is trusted: the name it claims, and how to verify it. */
export function trustCardView(
  { name, peerId, words, otherPeerId }: TrustCardOutput,
  confirmId: string,
): View {
  return card('waiting', [
    lines(
      `### 🔑 Is this ${inert(name)}?`,
      `**${inert(name)}** · *unverified: anybody can call a hub so*`,
      code(peerId),
      otherPeerId &&
        `⚠️ **Another hub was trusted under this name before** (${code(shortPeerId(otherPeerId))}). Ask its people by another way whether their key is new.`,
    ),
    lines(
      '**Safety words**',
      code(words.join(' ')),
      '-# The people of that community see six words for you, too: in voice, let them read theirs out. All the same, in this order: **Confirm**. One different: it is another hub.',
    ),
    buttons(button('Confirm', confirmId)),
  ]);
}

/** Trusted now, with the words for the other side to compare. */
export function trustedView(community: CommunityOutput & { words?: string[] | undefined }): View {
  const { connected, peerId, words } = community;
  return card(connected ? 'good' : 'waiting', [
    lines(
      '### Trusted',
      communityLine(community),
      code(peerId),
      words && `**Safety words** ${code(words.join(' '))}`,
      '-# Audio flows once the other community trusts yours too.',
    ),
  ]);
}
