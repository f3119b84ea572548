import { type APIComponentInContainer, ButtonStyle, ComponentType } from 'discord-api-types/v10';
import type { z } from 'zod';
import type { PlaceKindView, PlaceView, targetChoices } from '#contracts/actions/places.ts';
import type { publishConnect, TargetView } from '#contracts/actions/targets.ts';
import type { PanelContext, View } from '#contracts/command.ts';
import { inert, inertSentence } from '#core/text/inert.ts';
import { controlData, word } from '../control-data.ts';
import { ago, button, buttons, card, divider, lines, link, select } from '../layout.ts';
import { lampWithAge, lampWords } from '../target-lamp.ts';
import { windowMark } from './place-forms.ts';
import { pagesOf } from './place-window.ts';

const selectMax = 25;
const reasonsMax = 3;
const sentenceMax = 250;

/** A button of a card acts once; another look at the same place gives other buttons. */
export const placeData = controlData({ name: word, at: word });

export interface ShownPlace {
  place: PlaceView;
  /** What can be picked; undefined: nothing is open, or it can't be asked now. */
  choices?: z.output<typeof targetChoices.output>['choices'] | undefined;
  connect?: z.output<typeof publishConnect.output> | undefined;
  /** What has just happened. */
  said?: string | undefined;
}

/** Every kind of place in people's words, and the places that there are. */
export function placesView(
  context: PanelContext,
  kinds: readonly PlaceKindView[],
  targets: readonly TargetView[],
): View {
  const known = targets.slice(0, selectMax);
  return card('plain', [
    lines(
      '### Where should it go?',
      'Choose what it is. Nothing is published before you press a button that says so.',
    ),
    select(
      context.sharedId('place-kind'),
      'A new place',
      kinds.map(({ id, title, help, way }) => ({
        value: way === 'window' ? windowMark + id : id,
        label: title,
        help,
      })),
    ),
    ...(known.length > 0
      ? [
          select(
            context.sharedId('place-open'),
            'Or look at one that is there',
            known.map(({ name, title, lamp }) => ({
              value: name,
              label: `${name} · ${title}`,
              help: lamp.word,
            })),
          ),
        ]
      : []),
  ]);
}

export function pickChannelView(context: PanelContext, { id, title, fields }: PlaceKindView): View {
  const field = fields.find(({ style, required }) => style === 'channel' && required);
  const row: APIComponentInContainer = {
    type: ComponentType.ActionRow,
    components: [
      {
        type: ComponentType.ChannelSelect,
        custom_id: context.sharedId('place-channel', id),
        placeholder: field?.label ?? 'Channel',
        channel_types: field?.channelTypes ?? [],
      },
    ],
  };
  return card('plain', [
    lines(`### ${inert(title, 60)}`, 'Which one?'),
    row,
    buttons(button('Back', context.sharedId('places'))),
  ]);
}

/** One place: its lamp, what it does, and what can be done next. It turns as soon as its lamp does. */
export function placeView(context: PanelContext, { place, choices, connect, said }: ShownPlace): View {
  const { lamp, name, kind, where, policy, notes } = place;
  const view = card(lamp.state === 'ready' ? 'good' : lamp.state === 'refused' ? 'bad' : 'waiting', [
    lines(
      `### ${lampWords(lamp)} · ${inert(name, 32)}`,
      [inert(kind.title, 60), where.startsWith('<') ? where : inert(where, 120)].filter(Boolean).join(' · '),
      said,
      ...notes.map((note) => inertSentence(note, sentenceMax)),
      ...nextSteps(place).map((reason) => inertSentence(reason, sentenceMax)),
      lamp.notice && `⚠️ ${inertSentence(lamp.notice, sentenceMax)}`,
      `-# ${[
        lamp.checkedAtMs !== undefined && `checked ${ago(lamp.checkedAtMs)}`,
        policy === 'none' ? 'no approval' : `approval: ${policy.replace('-', ' ')}`,
      ]
        .filter(Boolean)
        .join(' · ')}`,
    ),
    ...(connect ? [divider(), connectLines(connect)] : []),
    ...(choices && choices.length > 0
      ? [
          select(
            context.sharedId('place-pick', name),
            `Pick ${place.open ?? 'one'}`,
            choices.map(({ text, help }) => ({ value: text, label: text, help })),
          ),
        ]
      : []),
    buttons(...placeButtons(context, place)),
  ]);
  return { ...view, panel: { name: 'place', subject: place.id } };
}

/** What the buttons below do about it, where they can; else why it can't publish. */
function nextSteps(place: PlaceView): string[] {
  const { lamp, open } = place;
  if (lacksAccess(place))
    return [
      open === undefined
        ? 'Connect it: it is checked then.'
        : `Connect it first; then ${open} is picked here.`,
    ];
  if (open !== undefined) return [`Pick ${open} here, or paste its address.`];
  return lamp.reasons.slice(0, reasonsMax);
}

function lacksAccess({ credentials }: PlaceView): boolean {
  return credentials.some(({ required, present }) => required && !present);
}

function placeButtons(context: PanelContext, place: PlaceView) {
  const { name, lamp, open } = place;
  const data = placeData.write({ name, at: context.nowMs.toString(36) });
  // A token that has ended is there, and another one is needed.
  const lacks = lacksAccess(place) || (lamp.state === 'needs' && open === undefined);
  return [
    ...(lacks ? [button('Connect', context.sharedId('place-connect', data), ButtonStyle.Primary)] : []),
    ...(open === undefined
      ? lacks
        ? []
        : [button('Test post', context.sharedId('place-test', data), ButtonStyle.Success)]
      : [button('Paste its address', context.sharedId('place-name-it', data))]),
    ...(place.kind.fields.length === 0 || open !== undefined
      ? []
      : [
          pagesOf(place).length > 1
            ? button('More settings', context.sharedId('place-settings', data))
            : button('More settings', context.sharedId('place-more', data)),
        ]),
    ...(open === undefined ? [button('Copy', context.sharedId('place-copy', data))] : []),
    button('All places', context.sharedId('places')),
    button('Remove', context.sharedId('place-remove', data), ButtonStyle.Danger),
  ];
}

/** The link is for the person who pressed, and opens once. */
function connectLines({ link: page, grantedOn, credentials, hint }: NonNullable<ShownPlace['connect']>) {
  const open = link(grantedOn ? `Grant access on ${grantedOn}` : 'Enter the credentials', page?.url, 1_000);
  return lines(
    page &&
      open &&
      `**${open}** · opens once, until ${ago(page.expiresAtMs)}. This card turns once it is done.`,
    hint && `⚠️ ${hint.message} ${hint.next}`,
    ...credentials
      .filter(({ present }) => !present)
      .map(({ help, environmentName }) => `${inert(help, 150)}\n-# or the host sets \`${environmentName}\``),
  );
}

export function settingsView(context: PanelContext, place: PlaceView): View {
  const options = pagesOf(place).map((fields, page) => ({
    value: String(page),
    label: fields.map(({ label }) => label).join(', '),
  }));
  return card('plain', [
    lines(`### Settings of ${inert(place.name, 32)}`, lampWithAge(place.lamp)),
    select(context.sharedId('place-page', place.name), 'Which ones?', options),
    buttons(backTo(context, place.name)),
  ]);
}

export function removeView(context: PanelContext, name: string): View {
  const data = placeData.write({ name, at: context.nowMs.toString(36) });
  return card('waiting', [
    lines(
      `### Remove ${inert(name, 32)}?`,
      'What waits for it is withdrawn, and its credentials are deleted.',
    ),
    buttons(
      backTo(context, name),
      button('Remove it', context.sharedId('place-gone', data), ButtonStyle.Danger),
    ),
  ]);
}

function backTo(context: PanelContext, name: string) {
  return button('Back', context.sharedId('place-open', name));
}
