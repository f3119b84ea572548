import { ButtonStyle } from 'discord-api-types/v10';
import type { MilestoneView } from '#contracts/actions/scheduling.ts';
import type { CommandContext, View } from '#contracts/command.ts';
import { inert } from '#core/text/inert.ts';
import { type Accent, ago, button, buttons, capped, card, count, lines, link } from '../layout.ts';

const listCap = { countMax: 15, lengthMax: 3_500 };
const postsCap = { countMax: 12, lengthMax: 1_400 };
const linkMax = 120;
const descriptionMax = 600;
const barSteps = 10;

const states: Record<MilestoneView['state'], { accent: Accent; icon: string }> = {
  open: { accent: 'waiting', icon: '🎯' },
  reached: { accent: 'good', icon: '🏁' },
  cancelled: { accent: 'idle', icon: '⚫' },
};

type Post = MilestoneView['posts'][number];

const postWords: Record<Post['state'], string> = {
  planned: '🕒 planned',
  enqueued: '🔵 on its way',
  withdrawn: '⚫ withdrawn',
  missed: '🔴 missed',
};

export function milestoneCard(context: CommandContext, heading: string, milestone: MilestoneView): View {
  const { id, title, description, when, atMs, state, posts, targets, artifacts } = milestone;
  const { accent, icon } = states[state];
  return card(accent, [
    lines(
      `### ${icon} ${heading} · ${inert(title, 150)}`,
      `**${inert(when, 150)}** · ${ago(atMs)}`,
      bar(milestone),
      description && inert(description.replace(/\s+/g, ' '), descriptionMax),
    ),
    lines(
      `**Posts** to ${targets
        .slice(0, 12)
        .map((name) => inert(name, 32))
        .join(', ')}`,
      ...(posts.length > 0 ? capped(posts, postsCap, postLine) : ['-# none planned']),
      artifacts.length > 0 && `-# ${count(artifacts.length, 'file')} with each`,
    ),
    ...(state === 'open'
      ? [
          buttons(
            button('Reached', context.customId('reached', id), ButtonStyle.Success),
            button('Refresh', context.customId('refresh', id)),
          ),
        ]
      : []),
  ]);
}

export function milestonesView({ milestones }: { milestones: readonly MilestoneView[] }): View {
  if (milestones.length === 0)
    return card('idle', [
      lines('### No milestones', 'Name the first point of the project: `/milestone add`.'),
    ]);
  const open = milestones.filter(({ state }) => state === 'open').length;
  return card('plain', [
    lines(
      `### ${count(milestones.length, 'milestone')} · ${open} open`,
      ...capped(milestones, listCap, (milestone) =>
        [
          `${states[milestone.state].icon} **${inert(milestone.title, 100)}** · ${ago(milestone.atMs)}`,
          `-# ${inert(milestone.when, 100)} · ${bar(milestone)}`,
        ].join('\n'),
      ),
    ),
  ]);
}

function postLine(post: Post): string {
  const { offset, atMs } = post;
  const when = atMs === undefined ? 'on completion' : ago(atMs);
  return `${stateWords(post)} · ${inert(offsetWords(offset), 40)} · ${when}`;
}

/** A post is enqueued a day ahead: only its deliveries show that it has left, and where it is. */
function stateWords({ state, deliveries = [] }: Post): string {
  if (state !== 'enqueued' || deliveries.length === 0) return postWords[state];
  const troubled = deliveries.filter(({ needsPerson }) => needsPerson);
  if (troubled.length > 0)
    return `🔴 needs a person: ${troubled.map(({ target }) => inert(target, 32)).join(', ')}`;
  const landed = deliveries.filter((delivery) => delivery.state === 'done');
  if (landed.length === deliveries.length)
    return landed.length === 1
      ? `🟢 ${link('published', landed[0]?.url, linkMax) ?? 'published'}`
      : `🟢 published at ${count(landed.length, 'target')}`;
  if (deliveries.some((delivery) => delivery.state === 'awaiting-approval')) return '🟡 waits for approval';
  if (deliveries.some((delivery) => delivery.state === 'scheduled')) return '🕒 ready to leave';
  return postWords.enqueued;
}

/** "-7d" → "7 days before". */
function offsetWords(offset: string): string {
  if (offset === '0') return 'at the date';
  if (offset === 'done') return 'when it is reached';
  const [, sign, amount, unit] = /^(-?)(\d+)([dhm])$/.exec(offset) ?? [];
  const units: Record<string, string> = { d: 'day', h: 'hour', m: 'minute' };
  const word = units[unit ?? ''];
  return word ? `${count(Number(amount), word)} ${sign ? 'before' : 'after'}` : offset;
}

function bar({ progressPercent }: MilestoneView): string {
  const full = Math.min(barSteps, Math.max(0, Math.round((progressPercent / 100) * barSteps)));
  return `${'▰'.repeat(full)}${'▱'.repeat(barSteps - full)} ${Math.round(progressPercent)} %`;
}
