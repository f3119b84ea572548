/**
 * Runs once at install (`prepare`): loads what a hub, its node and the playground load, so that the compile cache
 * holds it and the very first start is as quick and small as later ones. Importing has no effects; nothing starts.
 */
await Promise.all([
  import('./hub.ts'),
  import('./mesh/libp2p/open-node.ts'),
  import('./playground/launch.ts'),
  import('./playground/rest/body-schemas.ts'),
]);
