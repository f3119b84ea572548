import { createRoleDirectory } from '#access/role-directory.ts';
import type { GrantStore } from '#contracts/grant-store.ts';

/** Roles as granted; whoever made a token is nobody here. */
export function rolesBy(grants: GrantStore) {
  return createRoleDirectory({ grants, maker: async () => undefined });
}
