import {
  type DiscordGatewayAdapterCreator,
  joinVoiceChannel,
  NetworkingStatusCode,
  type VoiceConnection,
  VoiceConnectionStatus,
} from '@discordjs/voice';
import { botUserId, channelOf, guildAt } from '../places.ts';
import { order, until } from './sender.ts';

/** Discord's main gateway as far as voice needs it: answers a join with a state and a server. */
export function adapterCreator(guildId: string): DiscordGatewayAdapterCreator {
  return (methods) => ({
    sendPayload: ({ d }: { d: { channel_id: string | null } }) => {
      setImmediate(() => {
        const state = {
          guild_id: guildId,
          channel_id: d.channel_id,
          user_id: botUserId,
          session_id: guildId,
        };
        methods.onVoiceStateUpdate(state as never);
        if (d.channel_id === null) return;
        const token = order.dave ? 'dave' : 'plain';
        methods.onVoiceServerUpdate({ guild_id: guildId, endpoint: order.endpoint, token });
      });
      return true;
    },
    destroy: () => {},
  });
}

/** A library connection that is ready to carry encrypted audio. */
export async function connect(index: number): Promise<VoiceConnection> {
  const guildId = guildAt(index);
  const connection = joinVoiceChannel({
    guildId,
    channelId: channelOf(guildId),
    adapterCreator: adapterCreator(guildId),
  });
  connection.on('error', (error) => process.stderr.write(`${error.message}\n`));
  await until(() => isReady(connection));
  return connection;
}

export function sessionOf(connection: VoiceConnection) {
  const { state } = connection;
  if (state.status !== VoiceConnectionStatus.Ready) return undefined;
  const { networking } = state;
  return networking.state.code === NetworkingStatusCode.Ready
    ? { networking, ...networking.state }
    : undefined;
}

function isReady(connection: VoiceConnection): boolean {
  const session = sessionOf(connection);
  return session !== undefined && (!order.dave || session.dave?.session?.ready === true);
}
