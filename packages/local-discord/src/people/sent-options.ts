/** Options as an interaction carries them. */
import { ApplicationCommandOptionType } from 'discord-api-types/v10';
import type { SentOption } from './typed-command.ts';

/** Typed by file name, sent by id. */
export function withAttachmentIds(
  options: readonly SentOption[],
  idOf: (fileName: string) => string | undefined,
): SentOption[] {
  return options.map((option) => {
    if (option.options) return { ...option, options: withAttachmentIds(option.options, idOf) };
    if (option.type !== ApplicationCommandOptionType.Attachment) return option;
    const id = idOf(String(option.value));
    return id === undefined ? option : { ...option, value: id };
  });
}

/** With its group and subcommand: "access grant". */
export function fullName(name: string, sent: { options?: readonly SentOption[] }): string {
  const [nested] = sent.options ?? [];
  const isNested =
    nested?.type === ApplicationCommandOptionType.Subcommand ||
    nested?.type === ApplicationCommandOptionType.SubcommandGroup;
  return nested && isNested ? `${name} ${fullName(nested.name, nested)}` : name;
}
