import { identify } from '@libp2p/identify';

/** gossipsub as its documentation says, except what a test on one machine needs. */
export const topic = 'bench';

export interface PubSub {
  publish(topic: string, data: Uint8Array): Promise<unknown>;
  subscribe(topic: string): void;
  addEventListener(event: 'message', listener: (event: { detail: { data: Uint8Array } }) => void): void;
}

/** Services for libp2p; gossipsub is installed on demand, so its types aren't there to be checked against. */
export async function gossipServices(): Promise<object> {
  const name = '@libp2p/gossipsub';
  const { gossipsub } = (await import(name)) as { gossipsub(init: object): unknown };
  const pubsub = gossipsub({
    emitSelf: false,
    allowPublishToZeroTopicPeers: true,
    globalSignaturePolicy: 'StrictNoSign',
    // All nodes share one address here, for which gossipsub would stop talking to them.
    scoreParams: { IPColocationFactorWeight: 0 },
  });
  // It learns from identify who speaks its protocol.
  return { identify: identify(), pubsub };
}
