import { createRoleDirectory } from '#access/role-directory.ts';
import type { GrantStore } from '#contracts/grant-store.ts';

/** Roles as granted; the maker of a token is unknown here. */
export function rolesBy(grants: GrantStore) {
  return createRoleDirectory({ grants, maker: async () => undefined });
}
