/** Deeper than anything that is logged or asked for; deeper values are left out. */
const depthMax = 32;

/**
 * The same value with every text in it cleaned, keys included, so that it serialises as JSON whatever the texts held.
 * Errors become plain objects with type, message, stack, their own fields and their cause; bytes become their count.
 * Never throws: a value that can't be read is replaced by a note.
 */
export function redact(value: unknown, clean: (text: string) => string): unknown {
  return redacted(value, { clean, ancestors: [] });
}

interface Walk {
  clean: (text: string) => string;
  ancestors: readonly object[];
}

function redacted(value: unknown, walk: Walk): unknown {
  if (typeof value === 'string') return walk.clean(value);
  if (typeof value === 'bigint') return walk.clean(String(value));
  if (typeof value === 'function' || typeof value === 'symbol') return undefined;
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (walk.ancestors.includes(value)) return '[circular]';
  if (walk.ancestors.length >= depthMax) return '[too deep]';
  try {
    return redactedObject(value, { ...walk, ancestors: [...walk.ancestors, value] });
  } catch {
    return '[unreadable]';
  }
}

function redactedObject(value: object, walk: Walk): unknown {
  if (Array.isArray(value)) return value.map((inner) => redacted(inner, walk));
  if (value instanceof Error) return redactedEntries(entriesOfError(value), walk);
  if ('toJSON' in value && typeof value.toJSON === 'function') return redacted(value.toJSON(), walk);
  return redactedEntries(entriesOf(value), walk);
}

function redactedEntries(entries: readonly (readonly [string, unknown])[], walk: Walk): object {
  const clean = new Map<string, unknown>();
  for (const [key, inner] of entries) {
    const name = walk.clean(key);
    // Two keys that were secrets stay two keys.
    let free = name;
    for (let count = 2; clean.has(free); count += 1) free = `${name} ${count}`;
    clean.set(free, redacted(inner, walk));
  }
  return Object.fromEntries(clean);
}

function entriesOfError(error: Error): (readonly [string, unknown])[] {
  const { message, stack, cause } = error;
  const own = entriesOf(error).filter(([name]) => !['message', 'stack', 'cause'].includes(name));
  return [
    ['type', error.constructor?.name ?? error.name],
    ['message', message],
    ['stack', stack],
    ...own,
    ...(cause === undefined ? [] : [['cause', cause] as const]),
    ...(error instanceof AggregateError ? [['errors', error.errors] as const] : []),
  ];
}

function entriesOf(value: object): (readonly [string, unknown])[] {
  return Object.keys(value).map((key) => [key, read(value, key)] as const);
}

function read(value: object, key: string): unknown {
  try {
    return Reflect.get(value, key);
  } catch {
    return '[unreadable]';
  }
}
