import { type Account, type Accounts, byCode, never } from './documented-refusals.ts';

const failed = { 'default The request has failed.': byCode };
const shows: Account = never(
  'comes beside data that was asked for, of posts that others may hide; only own ones are read',
);
const problem = (name: string) => `https://api.x.com/2/problems/${name}`;

export const xAccounts: Accounts = {
  file: 'x.json',
  prefix: '',
  operations: {
    'GET /2/users/me': failed,
    'GET /2/users/{id}/tweets': failed,
    'POST /2/tweets': failed,
    'GET /2/tweets/{id}': failed,
    'DELETE /2/tweets/{id}': failed,
    'GET /2/media/upload': failed,
    'POST /2/media/upload/initialize': failed,
    'POST /2/media/upload/{id}/append': failed,
    'POST /2/media/upload/{id}/finalize': failed,
    'POST /2/media/metadata': failed,
  },
  undescribed: ['POST /2/oauth2/token'],
  codes: {
    of: (description) =>
      Object.entries(description.components?.schemas ?? {})
        .filter(([name]) => name.endsWith('Problem'))
        .flatMap(([, schema]) => schema.properties?.type?.enum ?? []),
    accounts: [
      [problem('invalid-request'), { row: 'text, cashtags, files, alt text' }],
      [problem('not-authorized-for-resource'), { row: 'scopes not granted (403)' }],
      [
        problem('disallowed-resource'),
        never('the words and files are the account’s own, and no resource is named but its uploads'),
      ],
      [problem('resource-unavailable'), shows],
      [problem('not-authorized-for-field'), shows],
      [problem('field-unauthorized'), shows],
      [problem('field-hydration-failure'), shows],
      [
        problem('resource-not-found'),
        never(
          'names only the account itself, and uploads and posts of this publication; a post taken back is gone',
        ),
      ],
      [problem('internal-error'), never('is no refusal: a 5xx, of unknown fate, is looked up')],
    ],
  },
};
