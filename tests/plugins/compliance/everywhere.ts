import type { FakePlatform, Fault } from './fake-platform.ts';

/** Leads every address of the platform to where nobody listens. */
export function nobody(on: FakePlatform, to = 'http://127.0.0.1:1') {
  return {
    addresses: Object.fromEntries(Object.keys(on.addresses).map((name) => [name, to])),
    routes: Object.fromEntries(Object.keys(on.routes ?? {}).map((origin) => [origin, to])),
  };
}

export function everyWrite(fault: Fault): Record<number, Fault> {
  return Object.fromEntries(Array.from({ length: 50 }, (_, write) => [write, fault]));
}
