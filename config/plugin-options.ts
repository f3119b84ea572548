import { z } from 'zod';
import { camelCase } from '#core/text/camel-case.ts';
import { hostAndPort, httpUrl } from './fields.ts';
import { optionMeta } from './option-meta.ts';

/** What a publisher declares that becomes options of the hub. */
export interface DeclaredOptions {
  readonly id: string;
  readonly addresses?: Readonly<Record<string, { url: string; of: string }>>;
  readonly describe: { publicAddressesOnly?: true };
}

type Values = z.ZodDefault<z.ZodType<string, string>> | z.ZodDefault<z.ZodArray<z.ZodString>>;

/** The options of all publishers, under the names of their folders. A publisher that declares none has no group. */
export function pluginOptions(plugins: readonly DeclaredOptions[]) {
  const groups = plugins.map((plugin) => [camelCase(plugin.id), optionsOf(plugin)] as const);
  return z.strictObject(
    Object.fromEntries(
      groups
        .filter(([, options]) => Object.keys(options).length > 0)
        .map(([name, options]) => [name, z.strictObject(options).prefault({})]),
    ),
  );
}

function optionsOf({ addresses = {}, describe }: DeclaredOptions): Record<string, Values> {
  const options: Record<string, Values> = {};
  for (const [name, { url, of }] of Object.entries(addresses))
    options[name] = httpUrl.default(url).register(optionMeta, { sentence: `Base address of ${of}.` });
  if (describe.publicAddressesOnly)
    options.allowedPrivateHosts = z.array(hostAndPort).max(64).default([]).register(optionMeta, {
      sentence: 'Hosts (or host:port) with a non-public address that targets may lead to all the same.',
    });
  return options;
}
