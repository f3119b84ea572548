import { expect, test } from 'vitest';
import { audioCodec, encodeFrames } from '#mesh/protocols/audio/codec.ts';
import {
  audioProtocol,
  codecDescription,
  type RecordType,
  type WireRecord,
} from '#mesh/protocols/audio/records.ts';

/** The header in hex, then the content: JSON as text, anything else in hex. */
type Golden = [record: WireRecord, header: string, content: string];

const frame = { streamId: 0xdead_beef, sequence: 0x0102_0304, captureTimeMs: 1_700_000_000_123.5 };
const frameHex = 'deadbeef010203044278bcfe5687b800f8fffe';
const info = { id: 'radio', title: 'Café', startedAtMs: 1_700_000_000_000, subscriberCount: 3 };
const origin = {
  peerId: '12D3KooWA',
  community: 'North',
  broadcastId: 'b',
  path: ['12D3KooWA', '12D3KooWB'],
};

/** These bytes are spoken between hubs of any version: a change here takes a new protocol id. */
const golden: Record<RecordType, Golden[]> = {
  'catalogue-request': [[{ type: 'catalogue-request' }, '000101', '']],
  catalogue: [
    [{ type: 'catalogue', broadcasts: [] }, '001202', '{"broadcasts":[]}'],
    [
      { type: 'catalogue', broadcasts: [{ ...info, name: 'Radio', audience: 'neighbours', origin }] },
      '00ee02',
      '{"broadcasts":[{"id":"radio","title":"Café","startedAtMs":1700000000000,"subscriberCount":3,' +
        '"name":"Radio","audience":"neighbours","origin":{"peerId":"12D3KooWA","community":"North",' +
        '"broadcastId":"b","path":["12D3KooWA","12D3KooWB"]}}]}',
    ],
  ],
  subscribe: [
    [{ type: 'subscribe', broadcast: 'radio' }, '001603', '{"broadcast":"radio"}'],
    [
      {
        ...{ type: 'subscribe', broadcast: 'radio', origin: 'p', rebroadcast: 4, direct: true },
        ...{ burstMs: 400, without: ['q'], playing: true },
      },
      '006e03',
      '{"broadcast":"radio","origin":"p","rebroadcast":4,"direct":true,"burstMs":400,"without":["q"],' +
        '"playing":true}',
    ],
  ],
  accepted: [
    [
      { type: 'accepted', title: 'Radio', codec: codecDescription, audience: 'community' },
      '006b04',
      '{"title":"Radio","codec":{"name":"opus","sampleRateHz":48000,"frameDurationMs":20},' +
        '"audience":"community"}',
    ],
  ],
  refused: [
    [{ type: 'refused', code: 'unknown-broadcast' }, '001d05', '{"code":"unknown-broadcast"}'],
    [
      { type: 'refused', code: 'too-many-subscriptions', hubs: ['p', 'q'] },
      '003305',
      '{"code":"too-many-subscriptions","hubs":["p","q"]}',
    ],
    [{ type: 'refused', code: 'stopping' }, '001405', '{"code":"stopping"}'],
  ],
  ack: [[{ type: 'ack', framesReceived: 0xffff_fffe }, '000506', 'fffffffe']],
  heartbeat: [[{ type: 'heartbeat' }, '000107', '']],
  unsubscribe: [[{ type: 'unsubscribe' }, '000108', '']],
  end: [
    [{ type: 'end', reason: 'node-stopped' }, '001a09', '{"reason":"node-stopped"}'],
    [
      { type: 'end', reason: 'broadcast-ended', narrowed: true },
      '002d09',
      '{"reason":"broadcast-ended","narrowed":true}',
    ],
    [
      { type: 'end', reason: 'broadcast-ended', unserved: true },
      '002d09',
      '{"reason":"broadcast-ended","unserved":true}',
    ],
  ],
  playing: [
    [
      { type: 'playing', streamId: 7, sequence: 4_294_967_295, name: 'Radio', title: '' },
      '003f0a',
      '{"streamId":7,"sequence":4294967295,"name":"Radio","title":""}',
    ],
  ],
  frame: [
    [{ type: 'frame', frame: { ...frame, payload: Uint8Array.of(0xf8, 0xff, 0xfe) } }, '001410', frameHex],
  ],
};
const all = Object.values(golden).flat();

test('the protocol’s id', () => {
  expect(audioProtocol).toBe('/guildmesh/audio/1');
});

test.each(all)('%j', (record, header, content) => {
  const bytes = bytesOf(header, content);
  expect(Buffer.from(audioCodec.encode(record)).toString('hex')).toBe(bytes.toString('hex'));
  expect([...audioCodec.decoder().read(bytes)]).toEqual([record]);
});

test('one after the other on one stream, and frames in one piece', () => {
  const bytes = Buffer.concat(all.map(([, header, content]) => bytesOf(header, content)));
  expect([...audioCodec.decoder().read(bytes)]).toEqual(all.map(([record]) => record));
  const payload = Uint8Array.of(0xf8, 0xff, 0xfe);
  const twice = Buffer.from(encodeFrames([frame, frame].map((each) => ({ ...each, payload }))));
  expect(twice.toString('hex')).toBe(`001410${frameHex}`.repeat(2));
});

function bytesOf(header: string, content: string): Buffer {
  const isJson = content.startsWith('{');
  return Buffer.concat([Buffer.from(header, 'hex'), Buffer.from(content, isJson ? 'utf8' : 'hex')]);
}
