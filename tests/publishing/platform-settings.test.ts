import { expect, test } from 'vitest';
import type { PublisherDeclaration } from '#contracts/publisher-declaration.ts';
import { PlatformSettings } from '#publishing/platform-settings.ts';
import { SpeakingTarget } from './support/speaking-target.ts';

const plain = new SpeakingTarget().speaker('far-place');

function settingsOf(declared: Partial<PublisherDeclaration>) {
  const publisher = { ...plain, ...declared };
  return new PlatformSettings(
    { declared: (id) => (id === publisher.id ? publisher : undefined) },
    {
      plugins: { farPlace: { apiUrl: 'http://127.0.0.1:4000', allowedPrivateHosts: ['10.0.0.7'] } },
      ownUrl: 'https://own.example/api',
    },
  );
}

test('base addresses are those of the configuration; what nobody configured is an error', () => {
  const settings = settingsOf({ addresses: { apiUrl: { url: 'https://far.example', of: 'the far place' } } });
  expect(settings.address('far-place', 'apiUrl')).toBe('http://127.0.0.1:4000');
  expect(() => settings.address('far-place', 'webUrl')).toThrow('far-place.webUrl');
  expect(() => settings.address('far-place', 'allowedPrivateHosts')).toThrow('allowedPrivateHosts');
});

test('who publishes where the hub itself runs has the hub’s address', () => {
  const settings = settingsOf({ hubsOwn: { address: 'apiUrl', credential: 'token' } });
  expect(settings.address('far-place', 'apiUrl')).toBe('https://own.example/api');
});

test('HTTP gets the routes and the private hosts of publishers that declare them, and of no other', () => {
  expect(settingsOf({}).http('far-place')).toEqual({});
  expect(settingsOf({}).http('unknown')).toEqual({});
  expect(settingsOf({ routes: { 'https://far.example': 'apiUrl' } }).http('far-place')).toEqual({
    routes: { 'https://far.example': 'http://127.0.0.1:4000' },
  });
  const describe = { ...plain.describe, publicAddressesOnly: true, signInPaths: /^\/token$/ } as const;
  expect(settingsOf({ describe }).http('far-place')).toEqual({
    signInPaths: /^\/token$/,
    publicOnly: { allowedPrivateHosts: ['10.0.0.7'], option: 'plugins.farPlace.allowedPrivateHosts' },
  });
});
