import { artifactAdd } from '#contracts/actions/artifacts.ts';
import { targetAdd } from '#contracts/actions/targets.ts';
import { github } from '#plugins/github/index.ts';
import { openFakeGithub } from '../../plugins/github/fake-github.ts';
import type { FakeGithub } from '../../plugins/github/fake-route.ts';
import { type BenchInit, guildId, publishingBench } from './publishing-bench.ts';

/** The publication service with GitHub's own publisher, before a stand-in that judges what it is asked. */
export async function githubBench(init: Partial<BenchInit> & { fake?: FakeGithub } = {}) {
  const { onTestFinished } = await import('vitest');
  const fake = init.fake ?? (await openFakeGithub());
  onTestFinished(() => fake.close());
  const bench = await publishingBench({
    publishers: [github],
    plugins: { github: { apiUrl: fake.server.url } },
    environment: { GUILDMESH_SECRET_RELEASE_TOKEN: 'ghp_token' },
    ...init,
  });
  const { act, clock } = bench;

  async function addTarget(options: object = {}, policy: 'none' | 'one-manager' = 'one-manager') {
    const wanted = { kind: 'release', owner: 'north', repo: 'site', tag: '{version}', ...options };
    await act(targetAdd, { guildId, name: 'release', publisher: 'github', policy, options: wanted as never });
  }

  async function addFile(label: string, text = `bytes of ${label}`): Promise<string> {
    return (await act(artifactAdd, { guildId, label, content: { kind: 'text', text } })).cid;
  }

  /** Attempts are real requests: the clock moves on while they are answered. */
  async function until<Seen>(look: () => Promise<Seen | undefined>, stepMs = 1_000): Promise<Seen> {
    for (let turn = 0; turn < 200; turn++) {
      const seen = await look();
      if (seen !== undefined) return seen;
      await clock.advance(stepMs);
      await new Promise((go) => setTimeout(go, 20));
    }
    throw new Error('it did not come about');
  }
  return { ...bench, fake, addTarget, addFile, until };
}
