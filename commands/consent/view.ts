import type { ConsentView } from '#contracts/actions/consent.ts';
import type { View } from '#contracts/command.ts';
import type { CaptureRule } from '#contracts/consent-store.ts';
import { card, divider, lines } from '../layout.ts';

export const ruleMeanings: Record<CaptureRule, string> = {
  ask: 'only who gave consent is heard',
  notice: 'everyone is heard but who withdrew',
  off: 'no live channel is broadcast',
};

export function consentCard({ rule, choice, heard }: ConsentView): View {
  return card(heard ? 'plain' : 'idle', [
    lines(
      heard ? '### Your voice is part of broadcasts' : '### Your voice is left out',
      heard
        ? 'When a channel you speak in is broadcast, other communities hear you. The channel shows a notice first.'
        : 'When a channel you speak in is broadcast, you are not heard outside of it.',
      choice === undefined ? 'You have chosen nothing, so the server’s rule decides.' : undefined,
    ),
    divider(),
    lines(
      `-# Rule of this server: **${rule}**, ${ruleMeanings[rule]}.`,
      heard
        ? '-# `/consent withdraw` leaves you out.'
        : rule !== 'off' && '-# `/consent give` lets you be heard.',
    ),
  ]);
}
