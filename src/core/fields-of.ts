export type Fields = Readonly<Record<string, unknown>>;

/**
 * What a value from outside (an answer, an error, a stored text) has by name, each still to be looked at; nothing of
 * anything that is no object.
 */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
