import type { PublisherContext, TokenPair } from './publisher.ts';

/**
 * Access that an account's owner grants on a page of the platform: the authorisation code grant of OAuth 2 (RFC 6749
 * §4.1) with PKCE (RFC 7636). The host sends people to the page, keeps state and verifier, and stores what comes of it;
 * a publisher says where the page is and how a code becomes tokens.
 */
export interface Authorisation<Options = unknown> {
  /** False for targets whose options ask for keys that people enter. */
  isUsed(options: Options): boolean;
  /** Credentials of the app, entered before anybody is sent to the page. */
  app: readonly { name: string; required: boolean }[];
  /** The name in `app` that is the client id. */
  clientId: string;
  scopes: readonly string[];
  /** The credential that the grant gives; people who have one already may enter it instead. */
  gives: string;
  pageUrl(context: Pick<PublisherContext, 'address'>): string;
  /** One request, which is never repeated, because a code works once. Errors that it throws go through `classify`. */
  exchange(context: PublisherContext, grant: AuthorisationGrant): Promise<AuthorisedAccess>;
}

export interface AuthorisationGrant {
  code: string;
  verifier: string;
  /** Exactly the address that the page was asked to lead back to. */
  redirectUrl: string;
}

export interface AuthorisedAccess {
  /** The value of the credential `gives`. */
  credential: string;
  tokens: TokenPair;
}
