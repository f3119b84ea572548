import { z } from 'zod';

/** What a control says of itself, beyond its name, in the data of its custom id. */
export interface ControlData<Value> {
  /** Throws RangeError where a value is no single word. */
  write(value: Value): string;
  /** What `write` was given. Throws where the data was not written by this definition. */
  read(data: string): Value;
}

export const word = z.string().min(1);
export const pageNumber = z.coerce.number().int().min(0);

/** Words in the order of the shape; optional ones stand last. */
export function controlData<Shape extends z.ZodRawShape>(
  shape: Shape,
): ControlData<z.output<z.ZodObject<Shape>>> {
  const schema = z.object(shape);
  const names = Object.keys(shape);
  return {
    write(value) {
      const given = new Map(Object.entries(value));
      const words = names.map((name) => given.get(name)).filter((each) => each !== undefined);
      for (const each of words)
        if (/^$|\s/.test(String(each))) throw new RangeError(`control data: “${each}” is no single word`);
      return words.join(' ');
    },
    read(data) {
      const words = data.split(' ');
      return schema.parse(Object.fromEntries(names.map((name, index) => [name, words[index]])));
    },
  };
}
