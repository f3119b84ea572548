/** Makes wrong inputs of every kind out of a schema. */
import { z } from 'zod';

interface Node {
  type?: string;
  properties?: Record<string, Node>;
  required?: string[];
  items?: Node;
  anyOf?: Node[];
  oneOf?: Node[];
  allOf?: Node[];
  enum?: unknown[];
  const?: unknown;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  maxItems?: number;
  minItems?: number;
  pattern?: string;
  format?: string;
  additionalProperties?: Node | boolean;
}

const depthMax = 6;

/** Each is wrong in one place at least; values that are given elsewhere are missing. */
export function wrongInputs(schema: z.ZodType): unknown[] {
  return wrongValues(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Node, 0);
}

function wrongValues(node: Node, depth: number): unknown[] {
  if (depth > depthMax) return [];
  const branches = node.anyOf ?? node.oneOf ?? node.allOf;
  if (branches) return [{}, 'zzz', 7, ...branches.flatMap((branch) => wrongValues(branch, depth + 1))];
  if (node.enum) return [...near(node.enum), 'zzz', 7, {}, null];
  if (node.const !== undefined) return [...near([node.const]), 'zzz', {}];
  switch (node.type) {
    case 'string':
      return [...wrongTexts(node), {}, [], null];
    case 'integer':
    case 'number':
      return ['abc', {}, 1.5, ...bounds(node)];
    case 'boolean':
      return ['perhaps', {}, 7];
    case 'array':
      return [{}, 7, ...wrongLists(node, depth)];
    case 'object':
      return [7, 'abc', [], {}, ...wrongObjects(node, depth)];
    default:
      return [];
  }
}

function near(values: readonly unknown[]): unknown[] {
  return values.flatMap((value) => (typeof value === 'string' ? [`${value}s`, `x${value}`] : []));
}

function wrongTexts({ minLength, maxLength, pattern, format }: Node): unknown[] {
  return [
    '',
    ...(minLength === undefined ? [] : ['x'.repeat(minLength - 1)]),
    ...(maxLength === undefined ? [] : ['x'.repeat(maxLength + 1)]),
    ...(pattern === undefined && format === undefined ? [] : ['?! ', '-']),
  ];
}

function bounds({ minimum, maximum, exclusiveMinimum }: Node): unknown[] {
  return [
    ...(minimum === undefined ? [] : [minimum - 1]),
    ...(exclusiveMinimum === undefined ? [] : [exclusiveMinimum]),
    ...(maximum === undefined ? [] : [maximum + 1]),
  ];
}

function wrongLists({ items = {}, maxItems, minItems }: Node, depth: number): unknown[] {
  const inner = wrongValues(items, depth + 1);
  return [
    ...inner.map((value) => [value]),
    ...inner.slice(0, 1).map((value) => ['x', 'x', value]),
    ...(minItems === undefined ? [] : [[]]),
    ...(maxItems === undefined ? [] : [Array.from({ length: maxItems + 1 }, () => 'x')]),
  ];
}

function wrongObjects({ properties = {}, additionalProperties }: Node, depth: number): unknown[] {
  const consts = Object.fromEntries(
    Object.entries(properties).flatMap(([name, node]) =>
      node.const === undefined ? [] : [[name, node.const]],
    ),
  );
  const [first] = Object.keys(properties);
  return [
    { ...consts },
    { ...consts, zzzz: 1 },
    ...(first === undefined ? [] : [{ ...consts, [`${first}s`]: 1 }]),
    ...Object.entries(properties).flatMap(([name, node]) =>
      wrongValues(node, depth + 1).map((value) => ({ ...consts, [name]: value })),
    ),
    ...(typeof additionalProperties === 'object'
      ? [{ 'A b!': 'x' }, ...wrongValues(additionalProperties, depth + 1).map((value) => ({ name: value }))]
      : []),
  ];
}
