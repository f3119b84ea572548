import { type Answer, type Asked, isWrite } from '../compliance/fake-platform.ts';
import { type FakeGithub, refusal } from './fake-route.ts';

/** What keeps GitHub from looking at a request at all, by the state of the token, its organisation and the repository. */
export interface FakeRights {
  /** Expired, or deleted in the settings. */
  isRevoked: boolean;
  /** When the token ends: told with every answer, and refused from then on. */
  endsAtMs?: number;
  /** The organisation asks for single sign-on, and the token was not authorised for it. */
  needsSso: boolean;
  /** The organisation lets only some addresses in. */
  isAddressBlocked: boolean;
  /** A fine-grained token, or an App, without `contents: write`. */
  mayOnlyRead: boolean;
  /** The hour's requests are gone. */
  isUsedUp: boolean;
}

export function freeRights(): FakeRights {
  return { isRevoked: false, needsSso: false, isAddressBlocked: false, mayOnlyRead: false, isUsedUp: false };
}

export function refusedBefore({ rights, repository, headers }: FakeGithub, asked: Asked): Answer | undefined {
  if (rights.isRevoked || (rights.endsAtMs ?? Number.POSITIVE_INFINITY) <= Date.now())
    return refusal(401, 'Bad credentials');
  if (rights.isUsedUp) {
    headers['x-ratelimit-remaining'] = '0';
    return refusal(403, 'API rate limit exceeded for user ID 5.');
  }
  if (!asked.path.startsWith('/repos/')) return undefined;
  if (rights.needsSso) {
    const url = 'https://github.com/orgs/north/sso?authorization_request=A';
    const words =
      'Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization.';
    return { ...refusal(403, words), headers: { 'x-github-sso': `required; url=${url}` } };
  }
  if (rights.isAddressBlocked) {
    const words =
      'Although you appear to have the correct authorization credentials, the `north` organization has an IP allow list enabled, and your IP address is not permitted to access this resource.';
    return refusal(403, words);
  }
  if (!isWrite(asked)) return undefined;
  if (repository.disabled) return refusal(403, 'Repository access blocked');
  if (repository.archived) return refusal(403, 'Repository was archived so is read-only.');
  if (rights.mayOnlyRead) return refusal(403, 'Resource not accessible by personal access token');
  // An account that may only read gets the answer that there is nothing to write to.
  return repository.permissions.push ? undefined : refusal(404, 'Not Found');
}

/** As GitHub words it: to the second, in UTC. */
export function endHeader({ endsAtMs }: FakeRights): Record<string, string> {
  if (endsAtMs === undefined) return {};
  const [date, time = ''] = new Date(endsAtMs).toISOString().split('T');
  return { 'github-authentication-token-expiration': `${date} ${time.slice(0, 8)} UTC` };
}
