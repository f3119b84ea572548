import {
  type APIComponentInLabel,
  type APILabelComponent,
  type APIModalInteractionResponseCallbackData,
  type APISelectMenuOption,
  ComponentType,
  SelectMenuDefaultValueType,
  TextInputStyle,
} from 'discord-api-types/v10';
import type {
  ChoiceField,
  FileField,
  Form,
  FormField,
  FormOption,
  SeveralField,
  TextField,
} from '#contracts/command.ts';
import { cutGraphemes } from '#core/text/inert.ts';
import {
  formBoxesMax,
  formFieldsMax,
  formFilesMax,
  formHelpMax,
  formLabelMax,
  formOptionsMax,
  formOptionTextMax,
  formRadiosMax,
  formRadiosMin,
  formTextMax,
} from './limits.ts';

/** A form as Discord's window. Throws a RangeError for one it would refuse: a defect of the command that asked. */
export function formWindow(form: Form, customId: string): APIModalInteractionResponseCallbackData {
  const { title, fields } = form;
  if (fields.length < 1 || fields.length > formFieldsMax) throw new RangeError('form: 1 to 5 fields');
  return {
    custom_id: customId,
    title: cutGraphemes(title, formLabelMax),
    components: fields.map(labelled),
  };
}

function labelled(field: FormField): APILabelComponent {
  const { name, label, help } = field;
  if (label.length > formLabelMax || (help?.length ?? 0) > formHelpMax) throw tooLarge(name);
  return {
    type: ComponentType.Label,
    label,
    ...(help && { description: help }),
    component: controlOf(field),
  };
}

function controlOf(field: FormField): APIComponentInLabel {
  const { name: custom_id } = field;
  switch (field.style) {
    case 'line':
    case 'text':
      return textInput(field);
    case 'choice':
      return choice(field);
    case 'several':
      return several(field);
    case 'flag':
      return { type: ComponentType.Checkbox, custom_id, default: field.value ?? false };
    case 'channel':
      return {
        type: ComponentType.ChannelSelect,
        custom_id,
        ...bounds(field, formOptionsMax),
        ...chosen(field, SelectMenuDefaultValueType.Channel),
        ...(field.types && { channel_types: [...field.types] }),
      };
    case 'role':
      return {
        type: ComponentType.RoleSelect,
        custom_id,
        ...bounds(field, formOptionsMax),
        ...chosen(field, SelectMenuDefaultValueType.Role),
      };
    case 'person':
      return {
        type: ComponentType.UserSelect,
        custom_id,
        ...bounds(field, formOptionsMax),
        ...chosen(field, SelectMenuDefaultValueType.User),
      };
    case 'file':
      return upload(field);
  }
}

function textInput({ name, style, value, required, lengthMax }: TextField): APIComponentInLabel {
  if (lengthMax > formTextMax) throw tooLarge(name);
  return {
    type: ComponentType.TextInput,
    custom_id: name,
    style: style === 'line' ? TextInputStyle.Short : TextInputStyle.Paragraph,
    required,
    max_length: lengthMax,
    // Discord refuses a value longer than the field accepts.
    ...(value && value.length <= lengthMax && { value }),
  };
}

function choice({ name: custom_id, options, value, required }: ChoiceField): APIComponentInLabel {
  const offered = optionsOf(custom_id, options, (option) => option === value);
  if (options.length >= formRadiosMin && options.length <= formRadiosMax)
    return { type: ComponentType.RadioGroup, custom_id, required, options: offered };
  return {
    type: ComponentType.StringSelect,
    custom_id,
    required,
    min_values: required ? 1 : 0,
    max_values: 1,
    options: offered,
  };
}

function several({ name: custom_id, options, values = [], required }: SeveralField): APIComponentInLabel {
  const offered = optionsOf(custom_id, options, (option) => values.includes(option));
  const type = options.length <= formBoxesMax ? ComponentType.CheckboxGroup : ComponentType.StringSelect;
  const least = required ? 1 : 0;
  return { type, custom_id, required, min_values: least, max_values: options.length, options: offered };
}

function upload({ types, ...field }: FileField): APIComponentInLabel {
  // What Discord takes for granted here differs between its descriptions, so everything is said.
  return {
    type: ComponentType.FileUpload,
    custom_id: field.name,
    ...bounds(field, formFilesMax),
    ...(types && { file_types: [...types] }),
  };
}

function optionsOf(
  name: string,
  options: readonly FormOption[],
  isChosen: (value: string) => boolean,
): APISelectMenuOption[] {
  if (options.length < 1 || options.length > formOptionsMax)
    throw new RangeError(`form: field ${name} needs 1 to ${formOptionsMax} options`);
  return options.map(({ value, label, help }) => {
    const texts = [value, label, help ?? ''];
    if (texts.some((text) => text.length > formOptionTextMax)) throw tooLarge(name);
    return { value, label, ...(help && { description: help }), ...(isChosen(value) && { default: true }) };
  });
}

function bounds(
  {
    name,
    required,
    most = 1,
    values = [],
  }: { name: string; required: boolean; most?: number; values?: readonly string[] },
  max: number,
) {
  if (most < 1 || most > max || values.length > most) throw tooLarge(name);
  return { required, min_values: required ? 1 : 0, max_values: most };
}

function chosen<Type>({ values = [] }: { values?: readonly string[] }, type: Type) {
  return values.length === 0 ? {} : { default_values: values.map((id) => ({ id, type })) };
}

function tooLarge(name: string): RangeError {
  return new RangeError(`form: field ${name} is too large`);
}
