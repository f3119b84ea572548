import { defineService, type ProcessRole } from '#contracts/service.ts';
import type { WebInit } from './web.ts';

interface WebConfig {
  process: { roles: ProcessRole };
  web: Omit<WebInit, 'listen' | 'artifactBytesMax'> & { listen?: string | undefined };
  artifacts: { artifactBytesMax: number };
}

/** The HTTP door, where one is configured; its code is loaded only then. */
export const webService = defineService<WebConfig>()({
  name: 'web',
  needs: ['tokens', 'connections', 'newsHooks', 'guilds', 'clock', 'chance', 'logger'],
  late: ['perform'],
  offers: ['connectPage'],
  async create({ guilds, ...ports }, config, { perform }) {
    const { listen } = config.web;
    if (!listen || config.process.roles !== 'all') return { ports: { connectPage: undefined } };
    const { Web } = await import('./web.ts');
    const waitingFor = () => (guilds.connected() ? [] : ['discord']);
    const { artifactBytesMax } = config.artifacts;
    const web = new Web({ ...ports, perform, waitingFor }, { ...config.web, listen, artifactBytesMax });
    return { ports: { connectPage: web }, parts: [web] };
  },
});
