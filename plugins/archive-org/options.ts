import { z } from 'zod';
import { fieldWords } from '#contracts/field-words.ts';

const word = z
  .string()
  .trim()
  .toLowerCase()
  .max(30)
  .regex(/^[a-z0-9][a-z0-9-]*$/, 'must be 1 to 30 letters, digits and dashes')
  .register(fieldWords, { isSlug: true, example: 'north-choir' });
const identifier = z
  .string()
  .trim()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{2,99}$/,
    'must be 3 to 100 letters, digits, dots, dashes and underscores',
  );

/** Set by archive.org or by this publisher. */
const reservedFields = [
  'identifier',
  'uploader',
  'addeddate',
  'publicdate',
  'updatedate',
  'mediatype',
  'collection',
  'title',
  'description',
  'subject',
  'date',
  'publication-id',
];
const fieldName = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,63}$/, 'must be lower-case letters, digits, dashes and underscores')
  .refine((name) => !reservedFields.includes(name), 'is set by the publication itself');
const fieldValue = z.string().trim().min(1).max(1_000);

const itemOptions = z.strictObject({
  kind: z.literal('item'),
  /** First part of every identifier. */
  project: word.clone().register(fieldWords, {
    label: 'A short project name',
    help: 'The first part of every item’s address',
    example: 'north-choir',
    isSlug: true,
  }),
  /** Second part: the sort of thing that is kept, "release", "recording". */
  item: word.default('release').register(fieldWords, {
    label: 'What is kept',
    help: 'The second part of the address',
    example: 'recording',
    isSlug: true,
    isMore: true,
  }),
  /** One lasting item that every publication adds its files to, instead of an item for each. */
  identifier: identifier.optional().register(fieldWords, {
    label: 'One item for everything',
    help: 'Its name; empty: each publication makes an item of its own',
    isMore: true,
  }),
  /** `auto`: chosen by the files. Nobody can change it later. */
  mediatype: z
    .enum(['auto', 'texts', 'audio', 'movies', 'image', 'software', 'data'])
    .default('auto')
    .register(fieldWords, {
      label: 'Sort of media',
      help: 'Nobody can change it later',
      choices: {
        auto: 'By the files',
        texts: 'Texts',
        audio: 'Audio',
        movies: 'Films',
        image: 'Pictures',
        software: 'Software',
        data: 'Data',
      },
      isMore: true,
    }),
  /** Absent: the community collection of the media type. A collection without rights to it fails the whole upload. */
  collections: z.array(identifier).max(5).default([]).register(fieldWords, {
    label: 'Collections',
    help: 'With commas between them; empty: the community’s collection',
    isMore: true,
  }),
  /** Whether archive.org makes further formats of the files. */
  derive: z.boolean().default(true).register(fieldWords, {
    label: 'Let archive.org make other formats',
    isMore: true,
  }),
  /** Whether a file of the same name is kept as an older version; each repeated attempt then keeps one more. */
  keepOldVersions: z.boolean().default(false).register(fieldWords, {
    label: 'Keep older files of the same name',
    isMore: true,
  }),
  /** Further metadata: creator, licenseurl, language, … */
  metadata: z
    .record(fieldName, z.union([fieldValue, z.array(fieldValue).min(1).max(20)]))
    .default({})
    .register(fieldWords, {
      label: 'More details',
      help: 'One a line',
      example: 'creator: North Choir',
      isMore: true,
    }),
});

const savePageOptions = z.strictObject({
  kind: z.literal('save-page'),
  /** A capture younger than this is used instead of a new one: seconds, or "12h", "1d". */
  ifNotArchivedWithin: z
    .string()
    .regex(/^\d{1,6}[smhd]?$/, 'must look like 3600, 90m, 12h or 1d')
    .default('1h')
    .register(fieldWords, {
      label: 'A capture younger than this is enough',
      example: '12h',
      isMore: true,
    }),
  /** Pages that answer with an error are kept too. */
  captureAll: z.boolean().default(false).register(fieldWords, {
    label: 'Keep pages that answer with an error, too',
    isMore: true,
  }),
  captureOutlinks: z.boolean().default(false).register(fieldWords, {
    label: 'Keep the pages it links to, too',
    isMore: true,
  }),
  captureScreenshot: z.boolean().default(false).register(fieldWords, {
    label: 'Keep a picture of the page',
    isMore: true,
  }),
});

export const archiveOrgOptions = z.discriminatedUnion('kind', [itemOptions, savePageOptions]);

export type ArchiveOrgOptions = z.output<typeof archiveOrgOptions>;
export type ItemOptions = z.output<typeof itemOptions>;
export type SavePageOptions = z.output<typeof savePageOptions>;
