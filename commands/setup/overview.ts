import type { z } from 'zod';
import type { accessList } from '#contracts/actions/access.ts';
import type { CommandContext, View } from '#contracts/command.ts';
import { button, buttons, capped, card, divider, lines, lineWithButton } from '../layout.ts';
import type { SetupFacts } from './facts.ts';
import {
  type Lamp,
  lampMarks,
  neighboursLamp,
  placesLamp,
  roleName,
  soundLamp,
  timesLamp,
  whoLamp,
} from './lamps.ts';

const rolesCap = { countMax: 10, lengthMax: 800 };

/** Every step with the lamp that is true now. */
export function overviewView(context: CommandContext, facts: SetupFacts, said?: string): View {
  const places = placesLamp(facts);
  const steps = [
    { name: 'Who may do what', control: 'who', label: 'Change', lamp: whoLamp(facts) },
    { name: 'Sound', control: 'sound', label: 'Try it', lamp: soundLamp(facts) },
    { name: 'Neighbours', control: 'neighbours', label: 'Look', lamp: neighboursLamp(facts) },
    { name: 'Times and notices', control: 'times', label: 'Change', lamp: timesLamp(facts) },
  ];
  const done = [...steps.map(({ lamp }) => lamp), places].filter(({ colour }) => colour === 'green').length;
  const isBad = [...steps.map(({ lamp }) => lamp), places].some(({ colour }) => colour === 'red');
  return card(isBad ? 'bad' : done === steps.length + 1 ? 'good' : 'waiting', [
    lines(`### Set up · ${done} of ${steps.length + 1}`, said),
    ...steps.map(({ name, control, label, lamp }) =>
      lineWithButton(lampLine(name, lamp), button(label, context.customId(control))),
    ),
    lineWithButton(
      lampLine('Publishing', places),
      button(places.word === 'Optional' ? 'Add a place' : 'Look', context.customId('places')),
    ),
    divider(),
    buttons(
      button('Post a card for members', context.customId('members')),
      button('Look again', context.customId('overview')),
    ),
    lines('-# Looked at just now. Close it when you like; a manager opens it again with `/setup`.'),
  ]);
}

/** For people who aren't managers. */
export function refusedView(
  context: CommandContext,
  { grants, yourRole }: z.output<typeof accessList.output>,
): View {
  const managers = grants.filter(({ role }) => role === 'manager' || role === 'owner');
  return card('idle', [
    lines(
      '### Only managers set the bot up',
      `You are **${yourRole ?? 'member'}** here. These people may:`,
      ...capped(managers, rolesCap, ({ discordRoleId }) => `- ${roleName(discordRoleId, context.guildId)}`),
      '- everybody with Manage Server',
      '- the server’s owner',
      '-# `ACTION_FORBIDDEN`',
    ),
  ]);
}

function lampLine(name: string, { colour, word, text }: Lamp): string {
  return `${lampMarks[colour]} ${word} · **${name}**: ${text}`;
}
