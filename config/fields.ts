/** Schemas that options of several parts share. */
import { z } from 'zod';

export const snowflake = z.string().regex(/^\d{17,20}$/, 'must be a Discord id: 17 to 20 digits');
export const multiaddr = z
  .string()
  .max(512)
  .regex(/^(\/[^/\s]+)+$/, 'must be a multiaddr such as /ip4/0.0.0.0/tcp/4180');
export const hostAndPort = z
  .string()
  .max(260)
  .regex(
    /^([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?$/,
    'must be a host or host:port, an IPv6 host in brackets',
  );
export const addressOrNetwork = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
  error: 'must be an IP address or a network such as 10.0.0.0/8',
});
export const httpUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https address' })
  .refine((text) => !/[?#@]/.test(text), 'must have no user, query or fragment')
  .transform((text) => text.replace(/\/+$/, ''));
export const path = z.string().min(1).max(4_096);

export function integer(least: number, most: number) {
  return z.int().min(least).max(most);
}
