import { ChannelType } from 'discord-api-types/v10';
import { z } from 'zod';
import type { Form, FormAnswers, FormField } from '#contracts/command.ts';
import type { Logger } from '#core/logger.ts';
import { discordErrors } from '../errors.ts';
import type { DraftOwner, Drafts } from './drafts.ts';

const question = { name: z.string(), label: z.string(), help: z.string().exactOptional() };
const options = z.array(z.object({ value: z.string(), label: z.string(), help: z.string().exactOptional() }));
const values = z.array(z.string()).exactOptional();
const required = z.boolean();
const most = z.number().exactOptional();
const fileType = z.union([z.enum(['audio', 'image', 'video']), z.templateLiteral(['.', z.string()])]);

/** A form as it is kept. */
const formSchema: z.ZodType<Form> = z.object({
  name: z.string(),
  data: z.string().exactOptional(),
  title: z.string(),
  fields: z.array(
    z.discriminatedUnion('style', [
      z.object({
        style: z.enum(['line', 'text']),
        ...question,
        value: z.string().exactOptional(),
        required,
        lengthMax: z.number(),
      }),
      z.object({
        style: z.literal('choice'),
        ...question,
        options,
        value: z.string().exactOptional(),
        required,
      }),
      z.object({ style: z.literal('several'), ...question, options, values, required }),
      z.object({ style: z.literal('flag'), ...question, value: z.boolean().exactOptional() }),
      z.object({
        style: z.literal('channel'),
        ...question,
        types: z.array(z.enum(ChannelType)).exactOptional(),
        values,
        required,
        most,
      }),
      z.object({ style: z.enum(['role', 'person']), ...question, values, required, most }),
      z.object({
        style: z.literal('file'),
        ...question,
        types: z.array(fileType).exactOptional(),
        required,
        most,
      }),
    ]),
  ),
});

export interface OpenFormsComponents {
  /** A shelf of their own: opening forms pushes out no preview. */
  drafts: Pick<Drafts, 'keep' | 'get'>;
  logger: Pick<Logger, 'warn'>;
}

/**
 * The newest forms that each person opened, by the key of their custom id. A window can't answer a window: one whose
 * answers are refused is opened again from here, with what was typed.
 */
export class OpenForms {
  readonly #components: OpenFormsComponents;

  constructor(components: OpenFormsComponents) {
    this.#components = components;
  }

  /** Never throws: without it a form works, and can't be opened again. */
  async opened(owner: DraftOwner, key: string, form: Form): Promise<void> {
    try {
      await this.#components.drafts.keep(owner, form, key);
    } catch (error) {
      this.#components.logger.warn({ err: error }, 'a form can’t be opened again if its answers are refused');
    }
  }

  /** Keeps what was typed. False: the form can't be opened again. */
  async refused(owner: DraftOwner, key: string, answers: FormAnswers): Promise<boolean> {
    const form = await this.again(owner, key).catch(() => undefined);
    if (!form) return false;
    await this.opened(owner, key, { ...form, fields: form.fields.map((field) => filled(field, answers)) });
    return true;
  }

  /** Throws DISCORD_DRAFT_GONE. */
  async again(owner: DraftOwner, key: string): Promise<Form> {
    const { data: form } = formSchema.safeParse(await this.#components.drafts.get(owner, key));
    if (!form) throw discordErrors.DISCORD_DRAFT_GONE();
    return form;
  }
}

/** The field with what was typed or picked; files can't be given along. */
function filled(field: FormField, { fields, picked, flags }: FormAnswers): FormField {
  const { name } = field;
  switch (field.style) {
    case 'line':
    case 'text':
      return { ...field, value: fields[name] ?? '' };
    case 'choice': {
      const { value: _, ...open } = field;
      const value = fields[name];
      return value === undefined ? open : { ...open, value };
    }
    case 'flag':
      return { ...field, value: flags[name] ?? false };
    case 'file':
      return field;
    default:
      return { ...field, values: (picked[name] ?? []).map(({ value }) => value) };
  }
}
