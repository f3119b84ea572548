import { ButtonStyle } from 'discord-api-types/v10';
import type { NeighbourView } from '#contracts/actions/neighbour-view.ts';
import type { CommandContext, View } from '#contracts/command.ts';
import { inert } from '#core/text/inert.ts';
import { ago, button, buttons, card, lines } from '../layout.ts';

const nameLengthMax = 60;

/** What was asked for, while it isn't known yet what stands in between. */
export function lookingView(name: string): View {
  return card('waiting', [lines(headlineOf(name), 'This can take some seconds.')]);
}

function headlineOf(name: string): string {
  return `### Looking for ${inert(name, nameLengthMax)} …`;
}

/** What is missing, while it is waited for. */
export function waitingView(
  context: CommandContext,
  { name, state }: Pick<NeighbourView, 'name' | 'state'>,
  { draftId, untilMs }: { draftId: string; untilMs: number },
): View {
  const called = inert(name, nameLengthMax);
  return card('waiting', [
    lines(
      headlineOf(name),
      neighbourWords[state].text(called),
      // After a crash nobody changes this card: then it says itself how to go on.
      `-# ${awaited[state]?.(called)} The wait ends ${ago(untilMs)}; if this still stands here then, press Stop looking, then Look again.`,
    ),
    buttons(button('Stop looking', context.customId('look-stop', draftId))),
  ]);
}

/** Nobody waits any more. */
export function notLookingView(context: CommandContext, name: string, draftId: string): View {
  return card('plain', [
    lines(`### Not looking for ${inert(name, nameLengthMax)} any more`),
    buttons(button(again.label, context.customId(again.control, draftId))),
  ]);
}

export interface NeighbourSteps {
  draftId: string;
  /** The people who may allow it, where the asker may not. */
  managers: string;
}

/** What stands between a neighbour and being heard here, and the step that this reader can take. */
export function neighbourView(
  context: CommandContext,
  { name, words, state, mayAllow }: NeighbourView,
  { draftId, managers }: NeighbourSteps,
): View {
  const called = inert(name, nameLengthMax);
  const { headline, text, press } = neighbourWords[state];
  const offered = press();
  const isOthers = offered.isManagers && !mayAllow;
  return card('waiting', [
    lines(
      `### ${headline(called)}`,
      text(called),
      state === 'not-allowed' && words !== ''
        ? `Not verified yet. Its people read out the same six words: **${inert(words, 120)}**`
        : undefined,
      isOthers ? managers : undefined,
    ),
    ...(isOthers
      ? []
      : [buttons(button(offered.label, context.customId(offered.control, draftId), ButtonStyle.Primary))]),
  ]);
}

/** What others do, and nobody here: it can be waited for. */
const awaited: Partial<Record<NeighbourView['state'], (name: string) => string>> = {
  absent: () => 'This goes on as soon as it is found.',
  'not-allowing': (name) => `It plays here as soon as ${name} shares.`,
  silent: (name) => `It plays here as soon as ${name} shares something.`,
};

export function canBeAwaited({ state }: Pick<NeighbourView, 'state'>): boolean {
  return state in awaited;
}

interface Press {
  label: string;
  control: string;
  isManagers: boolean;
}

const again: Press = { label: 'Look again', control: 'again', isManagers: false };

const neighbourWords: Record<
  NeighbourView['state'],
  { headline(name: string): string; text(name: string): string; press(): Press }
> = {
  unknown: {
    headline: () => 'We aren’t connected to other communities',
    text: (name) => `So **${name}** can’t be found, and can’t find us.`,
    press: () => ({ label: 'Connect and look', control: 'connect', isManagers: true }),
  },
  absent: {
    headline: (name) => `${name} isn’t found yet`,
    text: (name) =>
      `Nothing here is called **${name}**, nor is a community of that name found yet. Is its bot running and connected, and is it in this network?`,
    press: () => again,
  },
  'not-allowed': {
    headline: (name) => `${name} is here, and isn’t allowed yet`,
    text: (name) => `Allowed, **${name}** may hear what is shared with it, and be heard here.`,
    press: () => ({ label: 'Allow and play', control: 'allow', isManagers: true }),
  },
  'not-allowing': {
    headline: (name) => `${name} doesn’t share with us yet`,
    text: () => 'Our side is done. Somebody there presses **Share** on the card and chooses our community.',
    press: () => again,
  },
  silent: {
    headline: (name) => `${name} shares nothing with us now`,
    text: () =>
      'It may be heard here, and shares nothing with us at the moment. Somebody there plays something and presses **Share** on the card.',
    press: () => again,
  },
};
