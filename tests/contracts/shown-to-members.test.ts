import { expect, test } from 'vitest';
import { statusView } from '#commands/node/view.ts';
import { doctorRun } from '#contracts/actions/doctor.ts';
import { type NodeStatus, nodeStatus } from '#contracts/actions/node.ts';
import type { CommandContext } from '#contracts/command.ts';

const context = { customId: (name: string) => name } as unknown as CommandContext;

test('/node status shows addresses to managers, and to others not even their heading', () => {
  const status: NodeStatus = {
    ...{ state: 'running', peerId: '12D3KooWNorth', communityName: 'North', startedAtMs: 1 },
    ...{ connectionCount: 1, trustedConnectedCount: 1, trustedCount: 1, discoveredCount: 0 },
    ...{ addresses: ['/ip4/203.0.113.5/tcp/4180', '/dns4/hub.example/tcp/443/wss'], encrypters: ['tls'] },
  };
  const shown = (answer: NodeStatus) => JSON.stringify(statusView(context, answer));
  expect(shown(status)).toMatch(/Addresses.*203\.0\.113\.5.*hub\.example/);
  const below = nodeStatus.belowManager?.(status);
  expect(below && shown(below)).not.toMatch(/Addresses|203\.0\.113|hub\.example/);
});

test('/doctor names weaknesses to managers alone, also where a finding has no plain sentence', () => {
  const finding = { id: 'a', level: 'warning' as const };
  const findings = [
    {
      ...finding,
      text: 'ffmpeg 4.1 has CVE-2020-12284.',
      fix: 'Install 6.1.',
      plain: 'ffmpeg could be newer.',
    },
    { ...finding, text: 'It has CVE-2023-51798 and cve-2024-31578.', fix: 'See CVE-2023-51798.' },
  ];
  const below = doctorRun.belowManager?.({ findings });
  expect(JSON.stringify(below)).not.toMatch(/cve-|4\.1/i);
  expect(below?.findings).toEqual([
    { ...finding, text: 'ffmpeg could be newer.' },
    { ...finding, text: 'It has ….', fix: 'See ….' },
  ]);
});
