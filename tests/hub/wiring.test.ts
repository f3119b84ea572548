import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { defineAction, implement } from '#contracts/action.ts';
import type { Examiner } from '#contracts/diagnosis.ts';
import type { OfferedProtocol } from '#contracts/protocol.ts';
import { type AnyService, type Built, defineService, type ProcessRole } from '#contracts/service.ts';
import { wire } from '#hub/wiring.ts';

interface Ports {
  clock: { nowMs(): number };
  bell: { ring(): string };
  door: { open(): string };
  /** Collected by the hub. */
  perform: () => string;
}

interface Config {
  tone: string;
}

const define = defineService<Config, Ports>();

const bell = define({
  name: 'bell',
  needs: ['clock'],
  offers: ['bell'],
  create: ({ clock }, { tone }) => ({
    ports: { bell: { ring: () => `${tone} at ${clock.nowMs()}` } },
    parts: [{ name: 'bell' }, { name: 'clapper' }],
  }),
});

/** It opens when the bell rings, and the bell may come later. */
const door = define({
  name: 'door',
  needs: [],
  late: ['bell'],
  offers: ['door'],
  create: (_, _config, late) => ({
    ports: { door: { open: () => `open: ${late.bell().ring()}` } },
    parts: [{ name: 'door' }],
  }),
});

function wired(services: readonly AnyService<Ports, Config>[], role: ProcessRole = 'all') {
  return wire(services, {
    given: { clock: { nowMs: () => 7 } },
    collected: ['perform'],
    config: { tone: 'ding' },
    role,
  });
}

function service(parts: Partial<AnyService<Ports, Config>>): AnyService<Ports, Config> {
  return { name: 'planted', needs: [], create: () => ({ ports: {} }), ...parts };
}

const partNames = (parts: readonly { name: string }[]) => parts.map(({ name }) => name);

describe('services that fit', () => {
  test('each is given the ports it names and no others', async () => {
    const given: object[] = [];
    const nosy = service({
      needs: ['bell'],
      late: ['door'],
      create(ports, _, late) {
        given.push(Object.keys(ports), Object.keys(late));
        return { ports: {} };
      },
    });
    await wired([bell, door, nosy]);
    expect(given).toEqual([['bell'], ['door']]);
  });

  test('a late port is there once the services are created, whichever order they have', async () => {
    const { board, parts } = await wired([door, bell]);
    expect(board.only(['door']).door.open()).toBe('open: ding at 7');
    expect(partNames(parts)).toEqual(['door', 'bell', 'clapper']);
  });

  test('what the hub collects is a late port, too', async () => {
    let perform = () => 'never called';
    const asker = service({
      late: ['perform'],
      create(_, _config, late) {
        perform = () => late.perform()();
        return { ports: {} };
      },
    });
    const { board } = await wired([asker]);
    expect(perform).toThrow('used its late port “perform” before');
    board.offer('hub', ['perform'], { perform: () => 'done' });
    expect(perform()).toBe('done');
  });

  test('a service whose parts another process runs is created all the same', async () => {
    const everywhere = { ...bell, roles: ['all', 'publisher'] as const };
    expect(partNames((await wired([door, everywhere], 'publisher')).parts)).toEqual(['bell', 'clapper']);
    expect((await wired([door, bell], 'publisher')).board.only(['door']).door.open()).toContain('ding');
  });

  test('actions, protocols and examiners come in the order of the services', async () => {
    const giving = (name: string) => {
      const examiner: Examiner = { examine: async () => [{ id: name, level: 'ok', text: name }] };
      return service({
        name,
        create: () => ({ ports: {}, actions: [actionNamed(name)], protocols: [protocolOf(name)], examiner }),
      });
    };
    const { actions, protocols, examiners } = await wired([giving('first'), bell, giving('second')]);
    expect(actions.map(({ spec }) => spec.name)).toEqual(['first', 'second']);
    expect(protocols.map(({ id }) => id)).toEqual(['first', 'second']);
    const found = await Promise.all(
      examiners.map((examiner) => examiner.examine({ guildId: '1' }, new AbortController().signal)),
    );
    expect(found.flat().map(({ id }) => id)).toEqual(['first', 'second']);
  });
});

describe('services that do not fit: one sentence names service, port, file and what to do', () => {
  test.each<[string, readonly AnyService<Ports, Config>[], string[]]>([
    [
      'a need that nobody offers',
      [service({ needs: ['bell'] })],
      ['“planted” needs the port “bell”', 'nobody offers', 'src/hub/services.ts', 'service.ts of “planted”'],
    ],
    [
      'a need that is offered after it',
      [service({ needs: ['bell'] }), bell],
      ['“planted” needs the port “bell”', 'move “bell” above “planted” in src/hub/services.ts', '`late`'],
    ],
    [
      'a need that it offers itself',
      [service({ needs: ['bell'], offers: ['bell'] })],
      ['“planted” needs the port “bell”', 'offers itself', '`late`'],
    ],
    [
      'a need of what the hub collects',
      [service({ needs: ['perform'] })],
      ['“planted” needs the port “perform”', 'once all services are created', '`late`'],
    ],
    [
      'a late port that nobody ever offers',
      [door],
      ['“door” needs the port “bell”', 'nobody offers', 'src/hub/services.ts'],
    ],
    [
      'two that offer one port',
      [bell, service({ offers: ['bell'] })],
      ['“planted” offers the port “bell”', 'the service “bell” offers already', 'src/contracts/ports.ts'],
    ],
    [
      'one that offers what is the hub’s',
      [service({ offers: ['clock'] })],
      ['“planted” offers the port “clock”', 'the hub offers already'],
    ],
    [
      'two of one name',
      [bell, service({ name: 'bell' })],
      ['Two services in src/hub/services.ts are named “bell”', 'remove one'],
    ],
    [
      'an offer without a port',
      [service({ offers: ['bell'] })],
      ['“planted” offers the port “bell”', '`create` gave none', 'service.ts of “planted”'],
    ],
    [
      'a late port that is called while services are created',
      [
        { ...door, create: async (_, _config, late) => ({ ports: { door: { open: late.bell().ring } } }) },
        bell,
      ],
      ['“door” used its late port “bell” before “bell” exists', 'service.ts', 'not in `create`'],
    ],
    [
      'an action that two implement',
      [acting('first', 'node.start'), acting('second', 'node.start')],
      ['“first” and “second” both bring the action “node.start”', 'service.ts of one of them'],
    ],
    [
      'a protocol that two bring',
      [speaking('first', '/guildmesh/a/1'), speaking('second', '/guildmesh/b/1', '/guildmesh/a/1')],
      ['“first” and “second” both bring the protocol “/guildmesh/a/1”', 'service.ts of one of them'],
    ],
    [
      'a protocol listed twice',
      [speaking('only', '/guildmesh/a/1', '/guildmesh/a/1')],
      ['“only” brings the protocol “/guildmesh/a/1” twice', 'its service.ts'],
    ],
  ])('%s', async (_, services, words) => {
    const refused = wired(services);
    for (const word of words) await expect(refused).rejects.toThrow(word);
  });

  test('everything that can be known beforehand is said at once, and nothing is created', async () => {
    let created = 0;
    const counting = service({
      name: 'counting',
      create() {
        created++;
        return { ports: {} };
      },
    });
    const refused = wired([
      counting,
      service({ name: 'a', needs: ['bell'] }),
      service({ name: 'b', late: ['door'] }),
    ]);
    await expect(refused).rejects.toThrow(/“a” needs the port “bell”[^\n]*\n[^\n]*“b” needs the port “door”/);
    expect(created).toBe(0);
  });
});

test('TypeScript refuses a service that reaches for what it did not name, or gives something else', () => {
  define({
    name: 'reaching',
    needs: ['clock'],
    // @ts-expect-error `bell` is not in `needs`
    create: ({ bell: _ }) => ({ ports: {} }),
  });
  define({
    name: 'empty-handed',
    needs: [],
    offers: ['bell'],
    // @ts-expect-error `bell` is in `offers`
    create: (): Built<object> => ({ ports: {} }),
  });
  // @ts-expect-error there is no such port
  define({ name: 'dreaming', needs: ['moon'], create: () => ({ ports: {} }) });
  const other = defineService<Config, { bell: { ring(): number } }>()({
    name: 'other',
    needs: ['bell'],
    create: () => ({ ports: {} }),
  });
  // @ts-expect-error the hub’s bell rings otherwise
  const misfit: AnyService<Ports, Config> = other;
  expect(misfit.name).toBe('other');
});

function acting(name: string, action: string): AnyService<Ports, Config> {
  return service({ name, create: () => ({ ports: {}, actions: [actionNamed(action)] }) });
}

function speaking(name: string, ...ids: string[]): AnyService<Ports, Config> {
  return service({ name, create: () => ({ ports: {}, protocols: ids.map(protocolOf) }) });
}

function protocolOf(id: string): OfferedProtocol {
  const limits = { inboundStreamsMax: 1, outboundStreamsMax: 1 };
  return { id, limits, grant: 'trusted', serve: () => Promise.reject(new Error('not served here')) };
}

function actionNamed(name: string) {
  const spec = defineAction({
    name,
    summary: 'Planted.',
    input: z.object({}),
    output: z.object({}),
    scope: 'person',
    access: 'member',
    effect: 'read',
  });
  return implement(spec, async () => ({}));
}
