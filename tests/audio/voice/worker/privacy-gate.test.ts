import { DAVESession } from '@discordjs/voice';
import { describe, expect, test } from 'vitest';
import { PrivacyGate } from '#audio/voice/worker/privacy-gate.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

const graceMs = 2_000;
const programme = Buffer.alloc(160, 7);

/** The library's own session, with a group whose readiness the test decides. */
function sessionWithGroup(ready: boolean) {
  const session = new DAVESession(1, '900000000000000001', '200000000000000001', {});
  session.reinit();
  const inner = session.session as NonNullable<DAVESession['session']>;
  const group = { ready };
  session.session = new Proxy(inner, {
    get: (target, name) => {
      if (name === 'ready') return group.ready;
      if (name === 'encryptOpus') return (packet: Buffer) => Buffer.concat([packet, Buffer.from('sealed')]);
      const value = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { session, group };
}

function setUp(ready = true) {
  const clock = new FakeClock();
  const gate = new PrivacyGate({ clock }, { graceMs });
  return { clock, gate, ...sessionWithGroup(ready) };
}

/** The promise of the gate: what it lets through, the library seals. */
function leavesPlain(gate: PrivacyGate, session: DAVESession): boolean {
  return gate.opensFor(session) && session.encrypt(programme).equals(programme);
}

describe('privacy gate', () => {
  test('is closed without a session and without a group', () => {
    const { gate, session } = setUp(false);
    expect(gate.opensFor(undefined)).toBe(false);
    gate.transitioned(session);
    expect(gate.opensFor(session)).toBe(false);
    expect(session.encrypt(programme).equals(programme)).toBe(true);
  });

  test('opens when all have switched to the group', () => {
    const { gate, session } = setUp();
    expect(gate.opensFor(session)).toBe(false);
    gate.transitioned(session);
    expect(gate.opensFor(session)).toBe(true);
    expect(leavesPlain(gate, session)).toBe(false);
  });

  test('opens after a while when nobody says that all have switched', async () => {
    const { clock, gate, session } = setUp();
    expect(gate.opensFor(session)).toBe(false);
    await clock.advance(graceMs - 1);
    expect(gate.opensFor(session)).toBe(false);
    await clock.advance(1);
    expect(gate.opensFor(session)).toBe(true);
    expect(leavesPlain(gate, session)).toBe(false);
  });

  test('closes when the group is no longer ready, at the very next packet', () => {
    const { gate, session, group } = setUp();
    gate.transitioned(session);
    expect(gate.opensFor(session)).toBe(true);
    group.ready = false;
    expect(gate.opensFor(session)).toBe(false);
  });

  test('closes on a downgrade to no encryption', () => {
    const { gate, session } = setUp();
    gate.transitioned(session);
    session.prepareTransition({ transition_id: 5, protocol_version: 0 });
    expect(gate.opensFor(session)).toBe(true);
    session.executeTransition(5);
    gate.transitioned(session);
    expect(gate.opensFor(session)).toBe(false);
    expect(session.encrypt(programme).equals(programme)).toBe(true);
  });

  test('waits again for all to switch when the group starts over', () => {
    const { gate, session } = setUp();
    gate.transitioned(session);
    expect(gate.opensFor(session)).toBe(true);
    session.prepareEpoch({ epoch: 1, protocol_version: 1 });
    expect(gate.opensFor(session)).toBe(false);
    gate.transitioned(session);
    expect(gate.opensFor(session)).toBe(true);
  });

  test('trusts no other session on the word of this one', () => {
    const { gate, session } = setUp();
    gate.transitioned(session);
    const other = sessionWithGroup(true).session;
    expect(gate.opensFor(other)).toBe(false);
    session.emit('keyPackage', Buffer.alloc(0));
    gate.transitioned(other);
    session.emit('keyPackage', Buffer.alloc(0));
    expect(gate.opensFor(other)).toBe(true);
  });
});
