import {
  type PlaceKindView,
  type PlaceView,
  targetChange,
  targetChoices,
  targetCopy,
  targetKinds,
  targetSetup,
  targetShow,
} from '#contracts/actions/places.ts';
import { publishApprove, publishCreate } from '#contracts/actions/publish.ts';
import { publishConnect, targetList, targetRemove } from '#contracts/actions/targets.ts';
import type { CommandCode, CommandContext, ControlInput, PanelContext, View } from '#contracts/command.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { card, lines } from '../layout.ts';
import { panelView } from './panel-view.ts';
import { windowMark } from './place-forms.ts';
import {
  pickChannelView,
  placeData,
  placesView,
  placeView,
  removeView,
  type ShownPlace,
  settingsView,
} from './place-view.ts';
import { answersOf, changeWindow, copyWindow, newWindow, pagesOf } from './place-window.ts';

const testTitle = 'guildmesh test, safe to delete';

/** Sets places up: what it is, what it needs, and a test. For every command that declares `declaredPlaces`. */
export const placeControls = {
  controls: {
    places: (context) => showPlaces(context),
    'place-kind': chooseKind,
    'place-channel': async (context, { data: kind, picked: [channel] }) => {
      const { fields } = await kindOf(context, kind);
      const field = fields.find(({ style, required }) => style === 'channel' && required);
      const answers = field && channel ? { [field.name]: [channel.value] } : {};
      const { guildId } = context;
      const called = channel?.name ?? kind;
      return added(context, await context.perform(targetSetup, { guildId, kind, answers, called }));
    },
    'place-open': (context, { data, values: [name = data] }) => showPlace(context, name),
    'place-connect': async (context, { data }) => {
      const { name } = placeData.read(data);
      const one = { guildId: context.guildId, target: name };
      const connect = await context.perform(publishConnect, one);
      return shown(context, { place: await context.perform(targetShow, one), connect });
    },
    'place-pick': (context, { data: target, values: [text = ''] }) =>
      change(context, target, { 'from-text': text }),
    'place-test': (context, { data }) => testPost(context, placeData.read(data).name),
    'place-settings': async (context, { data }) => settingsView(context, await placeOf(context, data)),
    'place-remove': async (context, { data }) => removeView(context, placeData.read(data).name),
    'place-gone': async (context, { data }) => {
      const { name } = placeData.read(data);
      await context.perform(targetRemove, { guildId: context.guildId, target: name });
      return showPlaces(context);
    },
  },
  opens: {
    'place-kind': async (context, { values: [kind = ''] }) =>
      newWindow(await kindOf(context, kind.slice(windowMark.length))),
    'place-name-it': async (context, { data }) => {
      const place = await placeOf(context, data);
      const [first] = place.kind.fields;
      return changeWindow(place, first ? [first] : [], 'Which one?');
    },
    'place-more': async (context, { data }) => {
      const place = await placeOf(context, data);
      return changeWindow(place, pagesOf(place)[0] ?? [], 'Settings');
    },
    'place-page': async (context, { data: target, values: [page = '0'] }) => {
      const place = await context.perform(targetShow, { guildId: context.guildId, target });
      return changeWindow(place, pagesOf(place)[Number(page)] ?? [], 'Settings');
    },
    'place-copy': async (context, { data }) => copyWindow(await placeOf(context, data)),
  },
  forms: {
    'place-new': async (context, { data: kind, ...answers }) => {
      const request = { guildId: context.guildId, kind, answers: answersOf(answers) };
      return added(context, await context.perform(targetSetup, request));
    },
    'place-changed': (context, { data: target, ...answers }) => change(context, target, answersOf(answers)),
    'place-copied': async (context, { data: target, fields: { called = '' } }) =>
      added(context, await context.perform(targetCopy, { guildId: context.guildId, target, called })),
  },
  panels: {
    place: async (context, id) => {
      const { targets } = await context.perform(targetList, { guildId: context.guildId });
      const name = targets.find((target) => target.id === id)?.name;
      return name === undefined
        ? { view: card('idle', [lines('### This place is removed')]), over: true }
        : { view: await showPlace(context, name), over: false };
    },
  },
} satisfies Partial<CommandCode>;

export async function showPlaces(context: CommandContext): Promise<View> {
  const { guildId } = context;
  const { kinds } = await context.perform(targetKinds, { guildId });
  const { targets } = await context.perform(targetList, { guildId });
  return placesView(context, kinds, targets);
}

async function chooseKind(context: CommandContext, { values: [id = ''] }: ControlInput): Promise<View> {
  const kind = await kindOf(context, id);
  if (kind.way === 'channel') return pickChannelView(context, kind);
  return added(context, await context.perform(targetSetup, { guildId: context.guildId, kind: id }));
}

/** Throws PUBLISH_NO_KIND. */
async function kindOf(context: CommandContext, id: string): Promise<PlaceKindView> {
  const { kinds } = await context.perform(targetKinds, { guildId: context.guildId, kind: id });
  const [kind] = kinds;
  if (!kind) throw new Error(`no kind ${id}`);
  return kind;
}

function placeOf(context: CommandContext, data: string): Promise<PlaceView> {
  return context.perform(targetShow, { guildId: context.guildId, target: placeData.read(data).name });
}

async function change(
  context: CommandContext,
  target: string,
  answers: Record<string, string | boolean | string[]>,
): Promise<View> {
  return shown(context, {
    place: await context.perform(targetChange, { guildId: context.guildId, target, answers }),
  });
}

async function showPlace(context: PanelContext, target: string): Promise<View> {
  return shown(context, { place: await context.perform(targetShow, { guildId: context.guildId, target }) });
}

/** A new place that lacks access shows at once where that is given. */
async function added(context: CommandContext, place: PlaceView): Promise<View> {
  if (isConnected(place)) return shown(context, { place });
  const one = { guildId: context.guildId, target: place.name };
  return shown(context, { place, connect: await context.perform(publishConnect, one) });
}

function isConnected({ credentials }: PlaceView): boolean {
  return credentials.every(({ required, present }) => present || !required);
}

/** With what can be picked, as soon as it is connected. */
async function shown(context: PanelContext, { place, ...rest }: ShownPlace): Promise<View> {
  if (place.open === undefined || !isConnected(place)) return placeView(context, { place, ...rest });
  try {
    const one = { guildId: context.guildId, target: place.name };
    const { choices } = await context.perform(targetChoices, one);
    return placeView(context, { place, choices, ...rest });
  } catch (error) {
    if (!isGuildmeshError(error)) throw error;
    return placeView(context, { place, ...rest, said: `${error.message} ${error.next}` });
  }
}

/** A publication like any other. A manager's press is the approval, where one is all that is needed. */
async function testPost(context: CommandContext, name: string): Promise<View> {
  const { guildId, guildName, perform } = context;
  const { kind } = await perform(targetShow, { guildId, target: name });
  const body = `A test of ${name} from ${guildName}.`;
  const link = kind.testLink === undefined ? {} : { link: kind.testLink };
  const made = await perform(publishCreate, {
    guildId,
    content: { title: testTitle, body, ...link },
    targets: [name],
  });
  const [delivery] = made.deliveries;
  const isWaiting = delivery?.state === 'awaiting-approval' && delivery.stepsHash !== undefined;
  const publication = isWaiting
    ? await approved(context, delivery.id, delivery.stepsHash ?? '').catch((error: unknown) => {
        if (!isGuildmeshError(error)) throw error;
        return made;
      })
    : made;
  if (publication.deliveries[0]?.state !== 'awaiting-approval') return panelView(context, publication);
  return {
    ...card('waiting', [lines('### It waits for approval', 'Somebody else approves it on the panel below.')]),
    announcement: panelView(context, publication),
  };
}

function approved(context: CommandContext, deliveryId: string, stepsHash: string) {
  return context.perform(publishApprove, { guildId: context.guildId, deliveryId, stepsHash });
}
