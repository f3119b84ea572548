/** A discord.js client that knows guilds without a gateway: enough of Discord for a music library to join and play. */
import { ChannelType, Client, GatewayIntentBits, PermissionFlagsBits } from 'discord.js';
import { botUserId, channelOf, guildAt } from '../places.ts';
import { adapterCreator } from '../senders/gateway.ts';

const { Guilds, GuildVoiceStates } = GatewayIntentBits;

export function createClient() {
  const client = new Client({ intents: [Guilds, GuildVoiceStates] });
  client.user = client.users._add({ id: botUserId, username: 'bot', discriminator: '0', bot: true });
  return client;
}

/** One voice channel, in a guild of its own where the bot may do everything. */
export function createVoiceChannel(client, index) {
  const id = guildAt(index);
  const everyone = {
    id,
    name: '@everyone',
    permissions: String(PermissionFlagsBits.Administrator),
    position: 0,
  };
  const member = { user: { id: botUserId }, roles: [], joined_at: new Date().toISOString() };
  const guild = client.guilds._add({
    ...{ id, name: `guild ${index}`, owner_id: '400000000000000001', voice_states: [] },
    ...{ roles: [everyone], members: [member], channels: [] },
  });
  Object.defineProperty(guild, 'voiceAdapterCreator', { value: adapterCreator(id) });
  const channel = {
    ...{ id: channelOf(id), guild_id: id, type: ChannelType.GuildVoice, name: 'voice' },
    ...{ bitrate: 64_000, user_limit: 0, permission_overwrites: [] },
  };
  return client.channels._add(channel, guild);
}

/** Ready for audio, and encrypted end to end where that is asked for. */
export function isReady(connection, dave) {
  const session = connection?.state.networking?.state;
  return session?.connectionData?.secretKey !== undefined && (!dave || session.dave?.session?.ready === true);
}
