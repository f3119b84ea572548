/** The members of an encrypted group: `members` undefined while there is none. */
export interface GroupMembers {
  ownId: string | undefined;
  members: string[] | undefined;
}

/**
 * The library types only what it calls itself of a session of davey's; the rest is there (davey 0.1.12). What isn't as
 * expected counts as no group.
 */
export function groupOf(session: object | undefined): GroupMembers {
  if (!session || !('userId' in session) || typeof session.userId !== 'string')
    return { ownId: undefined, members: undefined };
  const isReady = 'ready' in session && session.ready === true;
  const ids: unknown =
    isReady && 'getUserIds' in session && typeof session.getUserIds === 'function'
      ? session.getUserIds()
      : undefined;
  return { ownId: session.userId, members: Array.isArray(ids) ? ids.map(String) : undefined };
}
