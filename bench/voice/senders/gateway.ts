import type { DiscordGatewayAdapterCreator } from '@discordjs/voice';
import { botUserId } from '../places.ts';
import { order } from './sender.ts';

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
