import { implement } from '#contracts/action.ts';
import {
  guildCard,
  guildConfigure,
  guildSettingsRead,
  guildSetup,
} from '#contracts/actions/guild-settings.ts';
import { defineService } from '#contracts/service.ts';
import { tablesOf } from '#storage/owned-tables.ts';
import type { PortsWithDatabase } from '#storage/storage-ports.ts';
import { createArrivalStore } from '../tables/arrival-store.ts';
import { createGuildSettingStore } from '../tables/guild-setting-store.ts';
import { guildErrors } from './errors.ts';
import { Arrivals } from './guild-arrivals.ts';
import { GuildSettingsDesk } from './guild-settings.ts';

/** What each guild has decided, and which guilds the hub has met. */
export const guildsService = defineService<unknown, PortsWithDatabase>()({
  name: 'guild settings',
  needs: ['database', 'intents', 'clock', 'chance', 'logger'],
  late: ['noticesChannels', 'wallTime', 'cards'],
  offers: ['guildSettings', 'arrivals'],
  create({ database, intents, clock, chance, logger }, _, late) {
    const store = createGuildSettingStore(tablesOf(database.db));
    const settings = new GuildSettingsDesk(
      { store, intents, clock, logger, notices: late.noticesChannels, wallTime: late.wallTime },
      { shared: database.engine === 'postgres' },
    );
    const arrivals = new Arrivals({
      store: createArrivalStore(tablesOf(database.db)),
      settings: store,
      settingsChanged: () => settings.read(),
      clock,
    });
    return {
      ports: { guildSettings: settings, arrivals },
      parts: [settings],
      actions: [
        implement(guildSettingsRead, async (_context, { guildId }) => settings.of(guildId)),
        implement(guildConfigure, async ({ actor }, { guildId, ...decision }) =>
          settings.change(guildId, decision, actor),
        ),
        implement(guildSetup, async (_context, { guildId }) => {
          const decided = settings.of(guildId);
          const { noticesChannelId } = decided;
          if (noticesChannelId === undefined) return decided;
          return { ...decided, noticesOpen: late.cards().mayPost(guildId, noticesChannelId) };
        }),
        implement(guildCard, async (_context, { guildId, channelId }) => {
          const nonce = chance.uuid().replaceAll('-', '').slice(0, 25);
          const card = { guildId, channelId, command: 'setup', panel: 'members', subject: guildId, nonce };
          if (!(await late.cards().post(card))) throw guildErrors.GUILD_CARD_CLOSED({ channelId });
          return { channelId };
        }),
      ],
    };
  },
});
