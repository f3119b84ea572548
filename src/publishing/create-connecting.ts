import type { Connections } from '#contracts/connections.ts';
import { Authorisations } from './connecting/authorisations.ts';
import { ConnectLinks } from './connecting/connect-links.ts';
import { TryOutTokens } from './connecting/try-out-tokens.ts';
import type { Delivering } from './create-delivering.ts';
import type { PublishingComponents } from './publishing-components.ts';
import { CredentialsPart } from './setup/credentials-part.ts';

export interface Connecting {
  credentialsPart: CredentialsPart;
  links: ConnectLinks;
  connections: Connections;
}

/** Credentials of targets: how they come in, on a page of ours or of the platform, and what follows from it. */
export function createConnecting(
  components: PublishingComponents,
  delivering: Delivering,
  tokensUrl?: string,
): Connecting {
  const { connectPage } = components;
  const { db, targets, publishers, platforms, secrets, host, outbox, readiness } = delivering;
  const credentialsPart = new CredentialsPart({ ...secrets, outbox, db, readiness });
  const redirectUrl = () => connectPage?.redirectUrl() ?? '';
  const links = new ConnectLinks({
    ...components,
    ...secrets,
    db,
    targets,
    publishers,
    redirectUrl,
    address: (id, name) => platforms.address(id, name),
    tryOut: new TryOutTokens({ ...components, platforms }, tokensUrl),
    onConnected: (target) => credentialsPart.connected(target),
  });
  const authorisations = new Authorisations({
    ...components,
    ...secrets,
    db,
    targets,
    host,
    platforms,
    links,
    redirectUrl,
  });
  return {
    credentialsPart,
    links,
    connections: {
      describe: (token) => links.describe(token),
      redeem: (token, values) => links.redeem(token, values),
      tryOut: (token) => links.tryOut(token),
      authorise: (token, values) => authorisations.authorise(token, values),
      authorised: (back) => authorisations.authorised(back),
    },
  };
}
