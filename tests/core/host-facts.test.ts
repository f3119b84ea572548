import { describe, expect, test } from 'vitest';
import { valueWithoutHostFacts, withoutHostFacts } from '#core/text/host-facts.ts';

describe('what tells where a hub stands', () => {
  test.each([
    [
      'South could not be reached; tried /ip4/10.1.2.3/tcp/4180, /ip6/fe80::1/tcp/4180.',
      'South could not be reached; tried ….',
    ],
    ['The node answers on 192.168.1.20 port 4180.', 'The node answers on ….'],
    ['Another program listens on 10.0.0.1:4180 now', 'Another program listens on … now'],
    ['It answers on [fe80::1]:4180 and ::1', 'It answers on …'],
    ['It answers on 2001:db8:85a3:0:0:8a2e:370:7334', 'It answers on …'],
    ['The key /var/lib/guildmesh/node.key can’t be read', 'The key … can’t be read'],
    ['C:\\Users\\hub\\hub.db is full', '… is full'],
    ['postgres://hub@db.internal:5432/hub is away', '… is away'],
    ['/dns4/hub.example/tcp/4180/p2p/12D3KooW is away', '… is away'],
  ])('goes: %s', (text, shown) => {
    expect(withoutHostFacts(text)).toBe(shown);
  });

  test.each([
    'Run /node start, then /relay start broadcast:abc@North.',
    'South does not speak /guildmesh/audio/1.',
    'See https://example.org/a/path and <t:1760000000:R> at 12:30:45.',
    'It was 1.5 s late; 3 of 4 and/or 10 %.',
    'broadcast:abc@North plays in <#1100000000000000103>',
  ])('stays: %s', (text) => {
    expect(withoutHostFacts(text)).toBe(text);
  });

  test('what the asker typed stays, and lists of nothing else are empty', () => {
    expect(
      withoutHostFacts('“http://10.0.0.1/radio” is 10.0.0.1, not 10.0.0.2', 'http://10.0.0.1/radio'),
    ).toBe('“http://10.0.0.1/radio” is 10.0.0.1, not …');
    expect(
      valueWithoutHostFacts({
        addresses: ['/ip4/10.0.0.1/tcp/1'],
        inner: [{ text: 'on 10.0.0.1' }],
        count: 3,
      }),
    ).toEqual({ addresses: [], inner: [{ text: 'on …' }], count: 3 });
  });
});
