import { ButtonStyle } from 'discord-api-types/v10';
import type { ScheduleView } from '#contracts/actions/scheduling.ts';
import type { CommandContext, View } from '#contracts/command.ts';
import { inert } from '#core/text/inert.ts';
import { ago, button, buttons, capped, card, code, count, lines } from '../layout.ts';

const listCap = { countMax: 12, lengthMax: 3_500 };
const runsCap = { countMax: 20, lengthMax: 3_400 };
const cardRunsCap = { countMax: 5, lengthMax: 1_200 };

const kinds: Record<ScheduleView['kind'], string> = {
  publication: 'publishes',
  digest: 'digest of milestones',
  milestone: 'of a milestone',
};

type Run = ScheduleView['next'][number];

export function scheduleCard(context: CommandContext, heading: string, schedule: ScheduleView): View {
  const { id, title, targets, next, nextNumber, paused } = schedule;
  return card(paused ? 'idle' : 'good', [
    lines(
      `### ${paused ? '⏸' : '🗓️'} ${heading} · ${inert(title, 150)}`,
      ruleLine(schedule),
      `To ${targets
        .slice(0, 12)
        .map((name) => inert(name, 32))
        .join(', ')}`,
      missedLine(schedule),
    ),
    lines(
      '**Next runs**',
      ...(next.length > 0
        ? capped(next, cardRunsCap, runLine)
        : [paused ? '-# none until it goes on' : '-# none any more']),
      nextNumber !== undefined && `-# ${code('{counter}', 9)} of the next run is ${nextNumber}`,
    ),
    buttons(
      ...(next.length > 0 || paused
        ? [button(paused ? 'Resume' : 'Pause', context.customId(paused ? 'resume' : 'pause', id))]
        : []),
      button('Remove', context.customId('remove', id), ButtonStyle.Danger),
    ),
  ]);
}

export function removedView({ title }: ScheduleView): View {
  return card('idle', [
    lines(`### Removed · ${inert(title, 150)}`, 'What it has made already stays: see `/deliveries list`.'),
  ]);
}

export function schedulesView({ schedules }: { schedules: readonly ScheduleView[] }): View {
  if (schedules.length === 0)
    return card('idle', [lines('### No schedules', 'Plan the first with `/schedule add`.')]);
  return card('plain', [
    lines(
      `### ${count(schedules.length, 'schedule')}`,
      ...capped(schedules, listCap, (schedule) =>
        [
          `${schedule.paused ? '⏸' : '🗓️'} **${inert(schedule.title, 100)}** · ${nextWords(schedule)}`,
          ruleLine(schedule),
          missedLine(schedule),
        ]
          .filter(Boolean)
          .join('\n'),
      ),
    ),
  ]);
}

export function runsView(rule: string, next: readonly Run[]): View {
  return card(next.length > 0 ? 'plain' : 'waiting', [
    lines(
      `### ${inert(rule, 150)}`,
      ...(next.length > 0 ? capped(next, runsCap, runLine) : ['It never runs.']),
      '-# Nothing was planned.',
    ),
  ]);
}

function ruleLine({ rule, zone, kind, policy, jitterMs }: ScheduleView): string {
  const facts = [
    `${code(rule, 120)} ${inert(zone, 64)}`,
    kinds[kind],
    `missed runs: ${policy}`,
    jitterMs > 0 && `up to ${count(Math.round(jitterMs / 60_000), 'minute')} later`,
  ];
  return `-# ${facts.filter(Boolean).join(' · ')}`;
}

function missedLine({ missed }: ScheduleView): string | undefined {
  return (
    missed && `⚠️ ${count(missed.count, 'run')} missed, ${ago(missed.lastMs)}: ${inert(missed.text, 160)}`
  );
}

function nextWords({ next, paused }: ScheduleView): string {
  if (paused) return 'held';
  return next[0] ? `next ${ago(next[0].atMs)}` : 'no run any more';
}

function runLine({ atMs, text }: Run): string {
  return `• ${inert(text, 200)} · ${ago(atMs)}`;
}
