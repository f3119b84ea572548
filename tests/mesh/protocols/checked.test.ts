import { describe, expect, test } from 'vitest';
import { checkedProtocols, protocolsByName } from '#mesh/protocols/checked.ts';
import type { MeshProtocol } from '#mesh/protocols/contract.ts';

function protocol(id: string): MeshProtocol {
  const limits = { inboundStreamsMax: 1, outboundStreamsMax: 1 };
  return { ...{ id, limits, grant: 'trusted' }, serve: () => Promise.reject(new Error('not served here')) };
}

test('protocols that fit together are kept by name, in the order of the list', () => {
  const listed = { ping: protocol('/guildmesh/ping/1'), 'far-feed': protocol('/guildmesh/far-feed/12') };
  expect([...checkedProtocols(listed)]).toEqual(Object.entries(listed));
});

test('one that is listed twice is refused with the file and what to do', () => {
  const ping = protocol('/guildmesh/ping/1');
  expect(() => checkedProtocols({ ping, pong: ping })).toThrow(
    'src/mesh/protocols/index.ts lists two protocols with the id /guildmesh/ping/1, “ping” and “pong”: ' +
      'take one line out, or give src/mesh/protocols/pong an id of its own.',
  );
});

test.each(['/guildmesh/ping', '/guildmesh/ping/0', '/guildmesh/pong/1', 'ping', '/other/ping/1'])(
  'one with the id %s, which lacks its name or version, is refused with the id that it should have',
  (id) => {
    expect(() => checkedProtocols({ ping: protocol(id) })).toThrow(
      `src/mesh/protocols/index.ts lists “ping” with the id ${id}: make it /guildmesh/ping/1, or the version that ` +
        'it has, in src/mesh/protocols/ping.',
    );
  },
);

describe('what all services bring', () => {
  test('is kept by the names in its ids', () => {
    const brought = [protocol('/guildmesh/ping/1'), protocol('/guildmesh/far-feed/2')];
    expect([...protocolsByName(brought)]).toEqual([
      ['ping', brought[0]],
      ['far-feed', brought[1]],
    ]);
  });

  test.each([
    [
      ['/guildmesh/ping/1', '/guildmesh/ping/2'],
      'Two protocols are named “ping”, /guildmesh/ping/1 and /guildmesh/ping/2: rename',
    ],
    [['/ping/1'], 'the id “/ping/1”: make it /guildmesh/NAME/1 in what `create` gives in its service.ts'],
  ])('is refused with what to change: %j', (ids, sentence) => {
    expect(() => protocolsByName(ids.map(protocol))).toThrow(sentence);
  });

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'is refused with a limit of %s',
    (streams) => {
      const limits = { inboundStreamsMax: 1, outboundStreamsMax: streams };
      expect(() => protocolsByName([{ ...protocol('/guildmesh/ping/1'), limits }])).toThrow(
        `The protocol /guildmesh/ping/1 has a limit \`outboundStreamsMax\` of ${streams}: give a whole number`,
      );
    },
  );
});
