/** Commands by the fields that the local Discord reads: what a request brings after Discord's schemas judged it. */
import type {
  APIApplicationCommand,
  APIApplicationCommandOptionChoice,
  ApplicationCommandType,
  ApplicationIntegrationType,
  ChannelType,
  InteractionContextType,
  ApplicationCommandOptionType as T,
} from 'discord-api-types/v10';

export interface CommandBody {
  type?: ApplicationCommandType | undefined;
  name: string;
  description?: string | undefined;
  options?: readonly WireOption[] | null | undefined;
  default_member_permissions?: string | null | undefined;
  nsfw?: boolean | undefined;
  integration_types?: ApplicationIntegrationType[] | undefined;
  contexts?: InteractionContextType[] | null | undefined;
}

export interface WireOption {
  type: T;
  name: string;
  description: string;
  required?: boolean | undefined;
  options?: readonly WireOption[] | undefined;
  choices?: readonly APIApplicationCommandOptionChoice[] | undefined;
  autocomplete?: boolean | undefined;
  min_value?: number | undefined;
  max_value?: number | undefined;
  min_length?: number | undefined;
  max_length?: number | undefined;
  channel_types?: readonly ChannelType[] | undefined;
}

/** As the platform keeps and lists it. */
export type WireCommand = Omit<APIApplicationCommand, 'options'> & { options?: readonly WireOption[] };
