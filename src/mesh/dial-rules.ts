import type { Libp2p } from '@libp2p/interface';
import { beginsWithHost, isPrivate, nameOf, withoutPeerId } from './addresses.ts';
import { meshLimits } from './limits.ts';

export interface DialRulesInit {
  /** Also dial private addresses that anybody named. */
  lan: boolean;
  trusted: (peerId: string) => boolean;
}

/**
 * Which addresses may be dialled at all, and how many at once besides those we dial ourselves. Strangers name addresses
 * for themselves and for others, and every dial shows them whether something answers there: these rules keep outsiders
 * from exploring the network the hub stands in.
 */
export class DialRules {
  readonly #lan: boolean;
  readonly #trusted: DialRulesInit['trusted'];
  /**
   * Addresses and names that a person, the operator or a trusted community asked for, with their current number of
   * requests.
   */
  readonly #meant = new Map<string, number>();

  readonly #ours = new Map<string, number>();
  #node: Pick<Libp2p, 'getDialQueue'> | undefined;

  constructor(init: DialRulesInit) {
    this.#lan = init.lan;
    this.#trusted = init.trusted;
  }

  /** `address`: a multiaddr, with or without the peer's id. A name can be judged only by its resolved addresses. */
  mayDial(address: string): boolean {
    if (!beginsWithHost(address)) return false;
    return this.#lan || !isPrivate(address) || this.#meant.has(withoutPeerId(address));
  }

  /** Whether a name may resolve to a private address. */
  mayResolvePrivately(name: string): boolean {
    return this.#lan || this.#meant.has(name.toLowerCase());
  }

  /** Called once a dial has begun, so that dial is counted already. */
  mayDialPeer(peerId: string): boolean {
    if (this.#isOurs(peerId)) return true;
    const dials = this.#node?.getDialQueue() ?? [];
    const others = dials.filter((dial) => dial.status === 'active' && !this.#isOurs(dial.peerId?.toString()));
    return others.length <= meshLimits.parallelDialsOfOthersMax;
  }

  /** Called when the node is made. */
  watch(node: Pick<Libp2p, 'getDialQueue'>): void {
    this.#node = node;
  }

  /** While `run` lasts, these addresses may be dialled wherever they lead. */
  meaning<T>(addresses: readonly string[], run: () => Promise<T>): Promise<T> {
    const keys = addresses.flatMap((address) => [withoutPeerId(address), nameOf(address) ?? []].flat());
    return counted(this.#meant, keys, run);
  }

  /** While `run` lasts, a dial to this peer counts as ours. */
  dialling<T>(peerId: string | undefined, run: () => Promise<T>): Promise<T> {
    return counted(this.#ours, peerId === undefined ? [] : [peerId], run);
  }

  /** A dial without a peer is always ours: the peers libp2p looks for have ids. */
  #isOurs(peerId: string | undefined): boolean {
    return peerId === undefined || this.#ours.has(peerId) || this.#trusted(peerId);
  }
}

async function counted<T>(
  counts: Map<string, number>,
  keys: readonly string[],
  run: () => Promise<T>,
): Promise<T> {
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  try {
    return await run();
  } finally {
    for (const key of keys) {
      const left = (counts.get(key) ?? 1) - 1;
      if (left > 0) counts.set(key, left);
      else counts.delete(key);
    }
  }
}
