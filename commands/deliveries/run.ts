import { z } from 'zod';
import { deliveryDiscard, deliveryDone, deliveryList, deliveryRetry } from '#contracts/actions/publish.ts';
import { targetPause, targetResume } from '#contracts/actions/targets.ts';
import type { CommandCode, CommandContext, CommandInput, View } from '#contracts/command.ts';
import { landedForm, publicationControls, showPublication } from '../publish/controls.ts';
import { targetView } from '../publish/target-view.ts';
import { suggestDeliveries, suggestTarget } from '../publishing-suggestions.ts';
import { given } from '../words.ts';
import { deliveriesView, deliveryCard } from './view.ts';

const onlyThose = z.enum(['open', 'needs-person', 'all']);
type Only = z.output<typeof onlyThose>;

/** More than are shown, so that the rest can be counted. */
const listedMax = 100;

export const code: CommandCode = {
  run,
  autocomplete: (context, { subcommand, focused }) => {
    const typed = focused?.value ?? '';
    if (focused?.name === 'delivery') return suggestDeliveries(context, typed);
    if (subcommand === 'resume') return suggestTarget(context, typed, ({ paused }) => paused !== undefined);
    return suggestTarget(context, typed);
  },
  controls: {
    ...publicationControls.controls,
    list: (context, { data }) => list(context, scopeOf(data)),
    show: (context, { data }) => showPublication(context, data),
    'list-retry': async (context, { data }) => {
      await context.perform(deliveryRetry, { guildId: context.guildId, deliveryId: data });
      return list(context, {});
    },
    'list-discard': async (context, { data }) => {
      await context.perform(deliveryDiscard, { guildId: context.guildId, deliveryId: data });
      return list(context, {});
    },
  },
  opens: {
    ...publicationControls.opens,
    'list-done': async (_, { data }) => landedForm('list-landed', data),
  },
  forms: {
    ...publicationControls.forms,
    'list-landed': async (context, { data, fields }) => {
      const landed = { guildId: context.guildId, deliveryId: data, url: fields.url ?? '' };
      await context.perform(deliveryDone, landed);
      return list(context, {});
    },
  },
  panels: publicationControls.panels,
};

async function run(context: CommandContext, { subcommand, options }: CommandInput): Promise<View> {
  const { guildId } = context;
  const one = { guildId, deliveryId: String(options.delivery ?? '') };
  const target = { guildId, target: String(options.target ?? '') };
  switch (subcommand) {
    case 'retry':
      return deliveryCard(context, 'Tried again', await context.perform(deliveryRetry, one));
    case 'done': {
      const landed = { ...one, url: String(options.url ?? '') };
      return deliveryCard(context, 'Marked as done', await context.perform(deliveryDone, landed));
    }
    case 'discard':
      return deliveryCard(context, 'Given up', await context.perform(deliveryDiscard, one));
    case 'pause':
      return targetView('Target held', await context.perform(targetPause, target));
    case 'resume':
      return targetView('Target goes on', await context.perform(targetResume, target));
    default:
      return list(context, {
        ...given({ target: options.target?.toString(), only: options.only as Only | undefined }),
      });
  }
}

async function list(context: CommandContext, scope: { target?: string; only?: Only }): Promise<View> {
  const { deliveries } = await context.perform(deliveryList, {
    guildId: context.guildId,
    limit: listedMax,
    ...scope,
  });
  return deliveriesView(context, { deliveries, scope: `${scope.only ?? ''}/${scope.target ?? ''}` });
}

/** What the Refresh button of a list remembers. */
function scopeOf(data: string): { target?: string; only?: Only } {
  const [only, target] = data.split('/');
  return { ...(only && { only: onlyThose.parse(only) }), ...(target && { target }) };
}
