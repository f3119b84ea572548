import { expect, test } from 'vitest';
import { networkOf } from '#core/network-of.ts';

test.each([
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:DB8:1:2::9', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['::ffff:a00:1', '10.0.0.1'],
  ['10.0.0.1', '10.0.0.1'],
  ['no address', 'no address'],
])('%s is of %s', (address, network) => expect(networkOf(address)).toBe(network));
