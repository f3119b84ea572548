import type { PublisherPlugin } from '#contracts/publisher.ts';
import { type ArchiveOrgOptions, archiveOrgOptions } from './options.ts';

export const archiveOrg: PublisherPlugin<ArchiveOrgOptions> = {
  id: 'archive-org',
  addresses: {
    s3Url: { url: 'https://s3.us.archive.org', of: 'the Internet Archive’s S3-like API' },
    metadataUrl: { url: 'https://archive.org', of: 'the Internet Archive’s metadata API and item pages' },
    webUrl: { url: 'https://web.archive.org', of: 'the Internet Archive’s Save Page Now' },
  },
  describe: {
    title: 'archive.org',
    summary: 'Keeps files for ever in an item of the Internet Archive, or a page in the Wayback Machine.',
    options: archiveOrgOptions,
    kinds: [
      {
        id: 'item',
        title: 'Files kept by archive.org',
        help: 'Each publication becomes an item of the Internet Archive',
        options: { kind: 'item' },
      },
      {
        id: 'save-page',
        title: 'A page kept in the Wayback Machine',
        help: 'The page that a publication links to',
        options: { kind: 'save-page' },
        testLink: 'https://example.org/',
      },
    ],
    credentials: [
      {
        name: 'accessKey',
        label: 'an access key',
        help: 'S3 access key of the account, from https://archive.org/account/s3.php',
      },
      { name: 'secretKey', label: 'a secret key', help: 'S3 secret key, from the same page' },
    ],
    // The item’s name is derived here, and sending the same bytes under the same name again is harmless.
    dedupe: 'client-id',
    settleDelayMs: 30_000,
    // The catalogue shows an upload once its task has run, which has taken an hour on busy days.
    patienceMs: 60 * 60_000,
    attemptTimeoutMs: 120_000,
    lateGraceMs: 24 * 3_600_000,
    costly: false,
  },
  needs: () => [
    { name: 'accessKey', required: true },
    { name: 'secretKey', required: true },
  ],
  load: async () => (await import('./publisher.ts')).publisher,
};
