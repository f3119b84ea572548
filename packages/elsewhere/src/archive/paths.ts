/** The real one has three hosts for these. */
export const addresses = { s3: '/archive-s3', metadata: '/archive-org', web: '/archive-web' } as const;
