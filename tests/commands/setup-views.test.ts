import { describe, expect, test } from 'vitest';
import type { SetupFacts } from '#commands/setup/facts.ts';
import { neighboursLamp, placesLamp, soundLamp, timesLamp, whoLamp } from '#commands/setup/lamps.ts';
import { bothWays } from '#commands/setup/neighbours.ts';
import { causesOf } from '#commands/setup/sound.ts';
import { likelyZones } from '#commands/setup/zones.ts';

const guildId = '300000000000000001';
const settings: SetupFacts['settings'] = {
  ...{ guildId, whoAdds: 'everybody', votes: true, membersSeeLibrary: true },
  ...{ onMove: 'follow', leaveAfterMs: 1, volumePercent: 100 },
};
const nothing: SetupFacts = {
  ...{ settings, findings: [], sound: undefined, access: undefined },
  ...{ node: undefined, peers: undefined, targets: undefined },
};

function factsOf(change: object): SetupFacts {
  return { ...nothing, ...change };
}

const north = { peerId: '12D3KooWNorth', name: '@everyone', trusted: true, connected: true, addresses: [] };
const relay = { state: 'playing', framesPlayed: 9, channelId: '5' };
const target = (name: string, state: string, ...reasons: string[]) => ({
  name,
  lamp: { state, word: state, reasons },
});

describe('a lamp is what is true now', () => {
  test.each([
    ['who: nobody was given a role', whoLamp, { access: { grants: [] } }, 'yellow', 'Manage Server'],
    [
      'who: everybody is dj',
      whoLamp,
      { access: { grants: [{ guildId, discordRoleId: guildId, role: 'dj' }] } },
      'green',
      'djs everybody; everybody adds music',
    ],
    ['who: it can’t be seen', whoLamp, {}, 'grey', 'can’t be looked at'],
    ['sound: it plays', soundLamp, { sound: { relays: [relay] } }, 'green', 'plays in <#5> now'],
    [
      'sound: it is reconnecting, and was heard',
      soundLamp,
      {
        sound: { relays: [{ ...relay, state: 'reconnecting' }], lastHeard: { channelId: '6', atMs: 5_000 } },
      },
      'green',
      'in <#6> <t:5:R>',
    ],
    [
      'sound: heard before, and ffmpeg is gone now',
      soundLamp,
      {
        sound: { relays: [], lastHeard: { channelId: '6', atMs: 5_000 } },
        findings: [{ id: 'dependency.ffmpeg', level: 'warning', text: 'There is no ffmpeg.' }],
      },
      'red',
      'There is no ffmpeg.',
    ],
    ['sound: nothing yet', soundLamp, { sound: { relays: [] } }, 'yellow', 'nothing plays now'],
    [
      'neighbours: none',
      neighboursLamp,
      { node: { state: 'running' }, peers: { communities: [] } },
      'grey',
      'none',
    ],
    [
      'neighbours: allowed, and we are off',
      neighboursLamp,
      { node: { state: 'stopped' }, peers: { communities: [north] } },
      'yellow',
      'we aren’t connected',
    ],
    [
      'neighbours: connected',
      neighboursLamp,
      { node: { state: 'running' }, peers: { communities: [north] } },
      'green',
      '1 connected now',
    ],
    ['places: none', placesLamp, { targets: { targets: [] } }, 'grey', 'no place yet'],
    [
      'places: one is refused',
      placesLamp,
      {
        targets: { targets: [target('news', 'ready'), target('gh', 'refused', 'GitHub refuses the token.')] },
      },
      'red',
      'gh: GitHub refuses the token.',
    ],
    [
      'places: one isn’t checked',
      placesLamp,
      { targets: { targets: [target('news', 'ready'), target('gh', 'not-checked')] } },
      'yellow',
      '1 of 2 places ready',
    ],
    ['times: nothing', timesLamp, {}, 'yellow', 'no time zone, no channel'],
    [
      'times: both',
      timesLamp,
      { settings: { ...settings, zone: 'Europe/Berlin', noticesChannelId: '7', noticesOpen: true } },
      'green',
      'Europe/Berlin, notices in <#7>',
    ],
    [
      'times: the channel was deleted',
      timesLamp,
      { settings: { ...settings, zone: 'Europe/Berlin', noticesChannelId: '7', noticesOpen: false } },
      'red',
      'gone, or closed',
    ],
  ] as const)('%s', (_, lampOf, change, colour, text) => {
    const lamp = lampOf(factsOf(change));
    expect(lamp).toMatchObject({ colour, text: expect.stringContaining(text) });
    expect(lamp.word).not.toBe('');
    expect(lamp.text).not.toMatch(/(^|[^\\])@everyone/);
  });
});

test('both directions of a neighbour are told in words', () => {
  const finding = (level: 'ok' | 'problem') => ({ id: 'mesh.community.12D3KooWNorth', level, text: '' });
  expect(bothWays({ ...north, trusted: false }, [])).toContain('we don’t allow it yet');
  expect(bothWays(north, [finding('ok')])).toContain('we allow it · it allows us');
  expect(bothWays(north, [finding('problem')])).toContain('it doesn’t allow us yet');
  expect(bothWays(north, [])).toContain('isn’t known');
});

test('three causes of silence, those that are known first', () => {
  const channelId = '5';
  const findings = [
    { id: 'channel.room', level: 'ok' as const, text: 'There is room.' },
    { id: 'permission.speak', level: 'problem' as const, text: 'It lacks Speak.', fix: 'Allow Speak.' },
  ];
  const known = causesOf({ channelId, findings, volumePercent: 5, isInside: false });
  expect(known).toEqual([
    expect.stringContaining('You aren’t in <#5>'),
    expect.stringMatching(/It lacks Speak.*Allow Speak/),
    expect.stringContaining('/relay volume percent:100'),
  ]);
  const unknown = causesOf({ channelId, findings: [], volumePercent: 100, isInside: true });
  expect(unknown).toHaveLength(3);
  expect(unknown[0]).toContain('muted for you');
});

test.each([
  ['de', undefined, 'Europe/Berlin'],
  ['en-GB', undefined, 'Europe/London'],
  ['es-ES', undefined, 'Europe/Madrid'],
  [undefined, undefined, 'UTC'],
  ['de', 'Asia/Kathmandu', 'Asia/Kathmandu'],
])('zones for %s and %s begin with %s; each is offered once and exists', (locale, chosen, first) => {
  const zones = likelyZones(locale, chosen);
  expect(zones[0]).toBe(first);
  expect(zones.length).toBe(25);
  expect(new Set(zones).size).toBe(25);
  for (const timeZone of zones) expect(() => new Intl.DateTimeFormat('en', { timeZone })).not.toThrow();
});
