import { type APIInteractionResponse, InteractionResponseType as R } from 'discord-api-types/v10';
import type { Interaction } from '../../people/interaction.ts';
import type { Platform } from '../../platform.ts';
import { messageFor } from '../../world/messages.ts';
import { nothing, ok, openRoute, type Route } from '../route.ts';

export function interactionRoutes({ interactions }: Platform): Route[] {
  return [
    openRoute(
      'POST',
      '/interactions/{interaction_id}/{interaction_token}/callback',
      ({ params, query, json, files }) => {
        const { interaction_id, interaction_token } = params;
        const interaction = interactions.respond(
          interaction_id,
          interaction_token,
          json<APIInteractionResponse>(),
          files,
        );
        return query.with_response === 'true' ? ok(callbackView(interaction)) : nothing();
      },
    ),
  ];
}

function callbackView(interaction: Interaction): object {
  const { id, type, original, loading, ephemeral, responseType, guildId, channelId, botId } = interaction;
  const message = original ? messageFor(original, botId) : undefined;
  const hasMessage =
    responseType === R.ChannelMessageWithSource ||
    responseType === R.DeferredChannelMessageWithSource ||
    responseType === R.UpdateMessage;
  return {
    interaction: {
      id,
      type,
      guild_id: guildId,
      channel_id: channelId,
      ...(message
        ? {
            response_message_id: message.id,
            response_message_loading: loading,
            response_message_ephemeral: ephemeral,
          }
        : {}),
    },
    ...(hasMessage && message ? { resource: { type: resourceType(responseType), message } } : {}),
  };
}

/** A deferral makes a message too, and is described as one. */
function resourceType(type: R): R {
  return type === R.DeferredChannelMessageWithSource ? R.ChannelMessageWithSource : type;
}
