import { alertRetry, alertShow, alertsHere, alertsOff, alertsTest } from '#contracts/actions/alerts.ts';
import { deliveryList } from '#contracts/actions/publish.ts';
import { targetList, targetResume } from '#contracts/actions/targets.ts';
import type { CommandCode, CommandContext, CommandInput, View } from '#contracts/command.ts';
import { code as deliveries } from '../deliveries/run.ts';
import { deliveriesView } from '../deliveries/view.ts';
import { card, lines } from '../layout.ts';
import { showPublication } from '../publish/controls.ts';
import { alertView, detailsView, placeView } from './view.ts';

/** More than are shown, so that the rest can be counted. */
const listedMax = 100;

export const code: CommandCode = {
  run,
  controls: {
    // A review shows deliveries as /deliveries does, with the same controls.
    ...deliveries.controls,
    'alert-review': (context, { data }) => review(context, data),
    'alert-retry': (context, { data }) => retry(context, data),
    'alert-refresh': (context, { data }) => show(context, data),
  },
  opens: deliveries.opens ?? {},
  forms: deliveries.forms ?? {},
  panels: {
    ...deliveries.panels,
    alert: async (context, alertId) => {
      const alert = await context.perform(alertShow, { guildId: context.guildId, alertId });
      return { view: alertView(context, alert), over: alert.isClosed && alert.waiting === 0 };
    },
  },
};

async function run(context: CommandContext, { subcommand: name }: CommandInput): Promise<View> {
  const { guildId } = context;
  switch (name) {
    case 'off':
      return placeView(await context.perform(alertsOff, { guildId }));
    case 'test': {
      const { channelId } = await context.perform(alertsTest, { guildId });
      return card('good', [lines('### Alerts can be read', `One stands in <#${channelId}> now.`)]);
    }
    default:
      return placeView(await context.perform(alertsHere, { guildId }));
  }
}

async function show(context: CommandContext, alertId: string): Promise<View> {
  return alertView(context, await context.perform(alertShow, { guildId: context.guildId, alertId }));
}

/** One publication as its panel; several deliveries as a list; alerts without a delivery in full. */
async function review(context: CommandContext, alertId: string): Promise<View> {
  const { guildId } = context;
  const alert = await context.perform(alertShow, { guildId, alertId });
  const ofDeliveries = alert.entries.filter(({ publicationId, waits }) => waits && publicationId);
  const publicationIds = new Set(ofDeliveries.map(({ publicationId }) => publicationId));
  const [only] = publicationIds;
  if (publicationIds.size === 1 && alert.waiting === ofDeliveries.length && only !== undefined)
    return showPublication(context, only);
  if (publicationIds.size === 0) return detailsView(alert);
  const scope = {
    only: 'needs-person' as const,
    ...(alert.target === undefined ? {} : { target: alert.target }),
  };
  const { deliveries: listed } = await context.perform(deliveryList, {
    guildId,
    limit: listedMax,
    ...scope,
  });
  return deliveriesView(context, { deliveries: listed, scope: `needs-person/${alert.target ?? ''}` });
}

/** Retries deliveries; resumes a held target. */
async function retry(context: CommandContext, alertId: string): Promise<View> {
  const { guildId } = context;
  const before = await context.perform(alertShow, { guildId, alertId });
  const held = new Set(
    before.entries.flatMap(({ kind, waits, target }) => (kind === 'hold' && waits && target) || []),
  );
  const { targets } = held.size > 0 ? await context.perform(targetList, { guildId }) : { targets: [] };
  for (const { name, paused } of targets)
    if (held.has(name) && paused) await context.perform(targetResume, { guildId, target: name });
  const { alert, retriedCount, leftCount } = await context.perform(alertRetry, { guildId, alertId });
  return alertView(context, alert, { retriedCount, leftCount, resumedCount: held.size });
}
