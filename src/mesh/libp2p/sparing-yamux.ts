import type { StreamMuxer, StreamMuxerFactory } from '@libp2p/interface';
import { type YamuxMuxerInit, yamux } from '@libp2p/yamux';

/** What is used of a stream of @libp2p/yamux beyond its interface. */
interface WindowedStream {
  recvWindow: number;
  recvWindowCapacity: number;
  /** 3: established; before it the update opens the stream, and while paused it is held back. */
  state: number;
  sendWindowUpdate(): void;
}

interface StreamMaker {
  _newStream(...parameters: unknown[]): WindowedStream;
}

const established = 3;

/**
 * Yamux that says how much it has read once that is half the window, as other implementations do; @libp2p/yamux says it
 * after every message, so that each audio frame costs the broadcaster a read as well.
 */
export function sparingYamux(init: YamuxMuxerInit): () => StreamMuxerFactory {
  const usual = yamux(init);
  return () => {
    const factory = usual() as StreamMuxerFactory;
    const create = factory.createStreamMuxer.bind(factory);
    factory.createStreamMuxer = (connection) => spareUpdates(create(connection));
    return factory;
  };
}

function spareUpdates(muxer: StreamMuxer): StreamMuxer {
  const maker = muxer as unknown as StreamMaker;
  const make = maker._newStream.bind(maker);
  maker._newStream = (...parameters) => {
    const stream = make(...parameters);
    const update = stream.sendWindowUpdate.bind(stream);
    stream.sendWindowUpdate = () => {
      const read = stream.recvWindow - stream.recvWindowCapacity;
      if (stream.state !== established || read * 2 >= stream.recvWindow) update();
    };
    return stream;
  };
  return muxer;
}
