import {
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandSubcommandOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  ChannelType,
  InteractionContextType,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
} from 'discord-api-types/v10';

type Definition = RESTPostAPIChatInputApplicationCommandsJSONBody;

/** A slash command of guilds only: Discord's default would offer it in private messages too. */
export function slashCommand(
  name: string,
  description: string,
  options: Definition['options'] = [],
): Definition {
  return {
    type: ApplicationCommandType.ChatInput,
    name,
    description,
    options,
    contexts: [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall],
  };
}

export function subcommand(
  name: string,
  description: string,
  options: APIApplicationCommandBasicOption[] = [],
): APIApplicationCommandSubcommandOption {
  return { type: ApplicationCommandOptionType.Subcommand, name, description, options };
}

export interface TextOptionInit {
  required?: boolean;
  /** Characters, as the action's input demands. */
  lengthMax: number;
}

export function textOption(
  name: string,
  description: string,
  { required = false, lengthMax }: TextOptionInit,
): APIApplicationCommandBasicOption {
  const type = ApplicationCommandOptionType.String;
  return { type, name, description, required, min_length: 1, max_length: lengthMax };
}

/** Text with suggestions while typing; what is typed need not be one of them. */
export function suggestedOption(
  name: string,
  description: string,
  { required = false, lengthMax }: TextOptionInit,
): APIApplicationCommandBasicOption {
  const type = ApplicationCommandOptionType.String;
  return { type, name, description, required, autocomplete: true, min_length: 1, max_length: lengthMax };
}

export function choiceOption(
  name: string,
  description: string,
  choices: { name: string; value: string }[],
): APIApplicationCommandBasicOption {
  return { type: ApplicationCommandOptionType.String, name, description, required: true, choices };
}

export function flagOption(name: string, description: string): APIApplicationCommandBasicOption {
  return { type: ApplicationCommandOptionType.Boolean, name, description, required: false };
}

export function roleOption(name: string, description: string): APIApplicationCommandBasicOption {
  return { type: ApplicationCommandOptionType.Role, name, description, required: true };
}

/** Only channels with sound can be chosen. */
export function voiceChannelOption(name: string, description: string): APIApplicationCommandBasicOption {
  return {
    type: ApplicationCommandOptionType.Channel,
    name,
    description,
    required: false,
    channel_types: [ChannelType.GuildVoice, ChannelType.GuildStageVoice],
  };
}
