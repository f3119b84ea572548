import {
  type APIComponentInContainer,
  type APISelectMenuOption,
  ButtonStyle,
  ComponentType,
} from 'discord-api-types/v10';
import type { z } from 'zod';
import type { PreviewTarget, publishPreview } from '#contracts/actions/publish.ts';
import type { CommandContext, View } from '#contracts/command.ts';
import { cutGraphemes, inert } from '#core/text/inert.ts';
import { controlData, pageNumber, word } from '../control-data.ts';
import { block, button, buttons, card, count, divider, dollars, lines, moment } from '../layout.ts';
import { lampWords } from '../target-lamp.ts';

type Preview = z.output<typeof publishPreview.output>;

/** All targets share what heading and footer leave of 4,000 characters. */
const targetsLengthMax = 3_200;
/** How much of one target's text a page of the full view holds. */
const pageLength = 3_300;
const titleMax = 100;
const noteLengthMax = 220;
/** Shorter notes say nothing. */
const noteMin = 20;
/** Share of one target's room: what is sent matters as much as what is wrong with it. */
const notesShare = 0.6;
/** The fences of a block and the line ends around it. */
const blockMarks = 10;

const policies: Record<PreviewTarget['policy'], string | undefined> = {
  none: undefined,
  'one-manager': 'needs a manager’s approval',
  'two-people': 'needs two people’s approval',
};

export interface ShownPreview {
  title: string;
  preview: Preview;
  draftId: string;
  /** For an existing publication. */
  isEdit: boolean;
}

export function previewView(
  context: CommandContext,
  { title, preview, draftId, isEdit }: ShownPreview,
): View {
  const { targets } = preview;
  const refused = targets.filter(({ problems }) => problems.length > 0);
  // An edit applies to all targets or to none.
  const sendable = isEdit ? refused.length === 0 : refused.length < targets.length;
  const share = Math.floor(targetsLengthMax / Math.max(1, targets.length));
  const shown = targets.map((target) => targetText(target, share));
  const cut = shown.some(({ whole }) => !whole);
  return card(refused.length === 0 ? 'plain' : 'waiting', [
    lines(
      `### ${isEdit ? 'Edit' : 'Preview'} · ${inert(title, titleMax)}`,
      whenLine(preview),
      `${count(targets.length, 'target')} · ${preview.costMicros > 0 ? `costs **${dollars(preview.costMicros)}**` : 'free of charge'}`,
      refused.length > 0 &&
        `⛔ **${count(refused.length, 'target')} would refuse this**: edit what is named below.`,
    ),
    divider(),
    ...shown.map(({ text }) => lines(text)),
    ...(cut ? [readSelect(context, draftId, targets)] : []),
    ...(targets.length > 1 ? [wordsSelect(context, draftId, targets)] : []),
    buttons(
      ...(sendable
        ? [
            button(
              isEdit ? 'Save' : preview.dueAtMs ? 'Schedule' : 'Publish',
              context.customId('send', draftId),
              ButtonStyle.Success,
            ),
          ]
        : []),
      button('Edit', context.customId('edit', draftId)),
      button('Cancel', context.customId('cancel', draftId), ButtonStyle.Danger),
    ),
    lines(`-# ${promiseOf(cut, isEdit)}`),
  ]);
}

/** A cut text is never called exact. */
function promiseOf(cut: boolean, isEdit: boolean): string {
  const exact = cut
    ? 'There is no room for all of it here: the list above shows each in full'
    : 'This is exactly what is sent';
  return isEdit
    ? `${exact}${cut ? '. It leaves' : ''} once it is saved, and approved where a target asks for that.`
    : `${exact}. Nothing has left yet.`;
}

/** Which page of which target a button turns to. */
export const turnedPage = controlData({ draftId: word, page: pageNumber, target: word });

/** One target's complete text, page by page; `pages` names the component that turns them. */
export function fullTextView(
  context: CommandContext,
  target: PreviewTarget,
  {
    draftId,
    page,
    pages: turner = 'page',
  }: { draftId: string; page: number; pages?: 'page' | 'review-page' },
): View {
  const pages = pagesOf(target);
  const at = Math.min(Math.max(0, page), pages.length - 1);
  const turn = (label: string, to: number) =>
    button(label, context.customId(turner, turnedPage.write({ draftId, page: to, target: target.target })));
  const turns = [
    ...(at > 0 ? [turn('Back', at - 1)] : []),
    ...(at < pages.length - 1 ? [turn('Next', at + 1)] : []),
  ];
  return card('plain', [
    lines(`### ${inert(target.target)} in full`, `-# Page ${at + 1} of ${pages.length}`),
    lines(block(pages[at] ?? '', pageLength + 1)),
    ...(turns.length > 0 ? [buttons(...turns)] : []),
  ]);
}

/** What will be sent to one target, within `lengthMax` characters; `whole` says whether that was enough. */
export function targetText(target: PreviewTarget, lengthMax: number): { text: string; whole: boolean } {
  const headline = headlineOf(target, lengthMax);
  const notes = notesOf(target, Math.floor((lengthMax - headline.length) * notesShare));
  const kept = [headline, ...notes.lines];
  let { whole } = notes;
  let left = lengthMax - kept.join('\n').length;
  for (const [index, part] of target.parts.entries()) {
    const share = Math.floor(left / (target.parts.length - index));
    const shown = partText(part, share);
    whole &&= shown?.whole ?? false;
    if (!shown) break;
    kept.push(shown.text);
    left -= shown.text.length + 1;
  }
  return { text: kept.join('\n'), whole };
}

/** With as many of its facts as there is room for. */
function headlineOf(
  { target, title, policy, costMicros, lamp, ownWords }: PreviewTarget,
  lengthMax: number,
): string {
  const name = `**${inert(target, 32)}**`;
  const short = [lamp && lampWords(lamp), name, costMicros > 0 && dollars(costMicros)]
    .filter(Boolean)
    .join(' · ');
  const full = [short, ownWords && 'words of its own', inert(title, 60), policies[policy]]
    .filter(Boolean)
    .join(' · ');
  return full.length <= lengthMax / 2 ? full : short;
}

/** Problems before warnings: they stop the publication. */
function notesOf(
  { problems, warnings }: PreviewTarget,
  lengthMax: number,
): { lines: string[]; whole: boolean } {
  const notes = [...problems.map((text) => `⛔ ${text}`), ...warnings.map((text) => `⚠️ ${text}`)];
  const lines: string[] = [];
  let left = lengthMax;
  for (const note of notes) {
    const noteMax = Math.min(noteLengthMax, left - 1);
    if (noteMax < noteMin) break;
    const line = cutGraphemes(inert(note, noteMax), noteMax);
    lines.push(line);
    left -= line.length + 1;
  }
  return {
    lines,
    whole: lines.length === notes.length && notes.every(({ length }) => length <= noteLengthMax),
  };
}

/** Undefined when there is no room for any of it. */
function partText(
  { label, text }: PreviewTarget['parts'][number],
  lengthMax: number,
): { text: string; whole: boolean } | undefined {
  const heading = `-# ${inert(label, 60)}`;
  const room = lengthMax - heading.length - blockMarks;
  if (text === '' && room >= 0) return { text: heading, whole: true };
  if (room < noteMin) return undefined;
  return { text: `${heading}\n${block(text, room)}`, whole: text.length <= room };
}

function whenLine({ dueAtMs, when }: Preview): string {
  if (dueAtMs === undefined) return 'Leaves at once.';
  return `Leaves ${when ? `**${inert(when, 120)}** · for you ` : ''}${moment(dueAtMs)}`;
}

/** Where there is one target alone, Edit does it. */
function wordsSelect(
  context: CommandContext,
  draftId: string,
  targets: readonly PreviewTarget[],
): APIComponentInContainer {
  return targetSelect(context.customId('words', draftId), 'Words for one place', targets);
}

export function readSelect(
  context: CommandContext,
  subject: string,
  targets: readonly PreviewTarget[],
  reader: 'read' | 'review-read' = 'read',
): APIComponentInContainer {
  return targetSelect(context.customId(reader, subject), 'Read what one target gets in full', targets);
}

function targetSelect(
  id: string,
  placeholder: string,
  targets: readonly PreviewTarget[],
): APIComponentInContainer {
  const options: APISelectMenuOption[] = targets.slice(0, 25).map(({ target, title }) => ({
    label: target,
    value: target,
    description: cutGraphemes(title, 100) || '–',
  }));
  return {
    type: ComponentType.ActionRow,
    components: [
      {
        type: ComponentType.StringSelect,
        custom_id: id,
        placeholder,
        options,
      },
    ],
  };
}

function pagesOf({ parts, problems, warnings, steps }: PreviewTarget): string[] {
  const whole = [
    ...problems.map((text) => `⛔ ${text}`),
    ...warnings.map((text) => `⚠️ ${text}`),
    ...parts.map(({ label, text }) => `— ${label} —\n${text}`),
    steps.length > 0 ? `— Steps —\n${steps.join('\n')}` : '',
  ]
    .filter(Boolean)
    .join('\n\n');
  const pages: string[] = [];
  for (let rest = whole; rest !== ''; ) {
    const page = rest.length <= pageLength ? rest : cutGraphemes(rest, pageLength).slice(0, -1);
    pages.push(page);
    rest = rest.slice(page.length);
  }
  return pages.length > 0 ? pages : [''];
}
