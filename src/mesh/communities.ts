import type { Community, CommunityDirectory } from '#contracts/communities.ts';
import { sameName } from '#core/text/names.ts';
import { shortPeerId } from './community-name.ts';
import type { ConnectionTable } from './connection-table.ts';
import { type Contacts, mergeAddresses } from './contacts.ts';
import { meshErrors } from './errors.ts';
import type { TrustList } from './trust-list.ts';

export interface CommunitiesComponents {
  trust: TrustList;
  contacts: Contacts;
  connections: ConnectionTable;
}

type Listener = (peerId: string) => void;

/** Trust, sightings and connections seen as one list. */
export class Communities implements CommunityDirectory {
  readonly #components: CommunitiesComponents;
  readonly #onConnected = new Set<Listener>();
  readonly #onForgotten = new Set<Listener>();

  constructor(components: CommunitiesComponents) {
    this.#components = components;
  }

  list(): Community[] {
    const { trust, contacts } = this.#components;
    const trusted = trust.all().map((community) => this.view(community.peerId));
    const found = contacts.all().filter((contact) => !trust.has(contact.peerId));
    return [...trusted, ...found.map((contact) => this.view(contact.peerId))];
  }

  view(peerId: string): Community {
    const { trust, contacts, connections } = this.#components;
    const trusted = trust.get(peerId);
    const contact = contacts.get(peerId);
    return {
      peerId,
      name: trusted?.name ?? contact?.claimedName ?? shortPeerId(peerId),
      trusted: trusted !== undefined,
      connected: connections.connected(peerId),
      addresses: mergeAddresses(this.provenAddresses(peerId), contact?.rumours ?? []),
    };
  }

  /** Addresses where it was reached or which it gave itself; what others say of it is not included. */
  provenAddresses(peerId: string): string[] {
    const { trust, contacts } = this.#components;
    return mergeAddresses(contacts.get(peerId)?.addresses ?? [], trust.get(peerId)?.lastAddresses ?? []);
  }

  find(reference: string): Community | undefined {
    const matches = this.#matches(reference);
    return matches.length === 1 ? matches[0] : undefined;
  }

  /** Like `find`, but throws an error that says why there is none. */
  resolve(reference: string): Community {
    const matches = this.#matches(reference);
    if (matches.length > 1) {
      throw meshErrors.MESH_AMBIGUOUS_COMMUNITY({ reference, peerIds: matches.map(({ peerId }) => peerId) });
    }
    if (!matches[0]) throw meshErrors.MESH_UNKNOWN_COMMUNITY({ reference });
    return matches[0];
  }

  successorOf(peerId: string): Community | undefined {
    const successor = this.#components.trust.successorOf(peerId);
    return successor && this.view(successor.peerId);
  }

  onConnected(listener: Listener): () => void {
    return subscribe(this.#onConnected, listener);
  }

  onForgotten(listener: Listener): () => void {
    return subscribe(this.#onForgotten, listener);
  }

  announceConnected(peerId: string): void {
    for (const listener of [...this.#onConnected]) listener(peerId);
  }

  announceForgotten(peerId: string): void {
    for (const listener of [...this.#onForgotten]) listener(peerId);
  }

  /** A name we gave takes precedence over any claim, so that a stranger can't take a trusted community's place. */
  #matches(reference: string): Community[] {
    const all = this.list();
    const byId = all.filter((community) => community.peerId === reference);
    if (byId.length > 0) return byId;
    const named = all.filter((community) => sameName(community.name, reference));
    const trusted = named.filter((community) => community.trusted);
    return trusted.length > 0 ? trusted : named;
  }
}

function subscribe(listeners: Set<Listener>, listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
