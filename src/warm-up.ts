import { commands } from '#commands/index.ts';
import { plugins } from '#plugins/index.ts';

/**
 * Runs once at install (`prepare`): loads what a hub, its node, its voice and the playground load, so that the compile
 * cache holds it and the very first start is as quick and small as later ones. Importing has no effects; nothing
 * starts. V8 uses only code that was compiled under the same flags, so the script has those of `start`.
 */
await Promise.all([
  ...commands.map(({ load }) => load()),
  ...plugins.map(({ load }) => load()),
  import('#hub/hub.ts'),
  import('./deploy.ts'),
  import('#audio/media/facts-reader.ts'),
  import('#audio/media/resolver.ts'),
  import('#audio/source/cache/cache-writer.ts'),
  import('#audio/source/fetch/fetcher.ts'),
  import('#audio/source/hls/open-hls.ts'),
  import('#audio/source/openings.ts'),
  import('#audio/source/seek/begun-at.ts'),
  // Refuses to run outside its thread; by then it is compiled.
  import('#audio/voice/worker/main.ts').catch(() => undefined),
  import('#mesh/libp2p/addresses.ts'),
  import('#mesh/libp2p/identity.ts'),
  import('#mesh/libp2p/open-node.ts'),
  import('#mesh/protocols/audio/serve.ts'),
  import('#mesh/running-node.ts'),
  import('#demo/demo.ts'),
  import('#demo/launch.ts'),
  import('@guildmesh/local-discord/rest/body-schemas'),
  import('#storage/postgres/application-lock.ts'),
  import('#storage/postgres/pool.ts'),
  import('#storage/state-folder.ts'),
  import('#web/web.ts'),
]);
