import { connect } from 'node:net';
import type { DiagnosisScope, Examiner, Finding } from '#contracts/diagnosis.ts';
import { withDeadline } from '#core/deadline.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { inert } from '#core/text/inert.ts';
import { meshLimits } from './limits.ts';
import type { MeshParts } from './mesh-parts.ts';
import type { NodeLife } from './node-life.ts';
import type { RunningNode } from './running-node.ts';

export interface MeshExaminerComponents {
  life: NodeLife;
  /**
   * Sends a trusted community a request that needs an answer. Throws an error with the next step when there is none.
   */
  ask: (peerId: string, signal: AbortSignal) => Promise<unknown>;
  parts: Pick<MeshParts, 'communities' | 'trust' | 'changedKeys' | 'clock'>;
}

/** Examines the node: listening, reachable at its own addresses, in contact with trusted communities. */
export class MeshExaminer implements Examiner {
  readonly #life: NodeLife;
  readonly #ask: MeshExaminerComponents['ask'];
  readonly #parts: MeshExaminerComponents['parts'];

  constructor(components: MeshExaminerComponents) {
    this.#life = components.life;
    this.#ask = components.ask;
    this.#parts = components.parts;
  }

  async examine(_: DiagnosisScope, signal: AbortSignal): Promise<Finding[]> {
    const node = this.#life.node;
    if (!node) return [this.#stopped()];
    const running: Finding = { id: 'mesh.node', level: 'ok', text: 'The node is running.' };
    const [ports, communities] = await Promise.all([this.#ports(node, signal), this.#communities(signal)]);
    return [running, ...ports, ...communities, ...this.#changedKeys()];
  }

  #changedKeys(): Finding[] {
    return this.#parts.changedKeys.news().map((text, index) => ({
      id: `mesh.changed-key.${index}`,
      level: 'warning',
      text,
      fix: 'Ask its people by another way whether their key is new, and compare the safety words: a manager sees them with /node trust.',
    }));
  }

  #stopped(): Finding {
    const failure = this.#life.lastFailure;
    if (!failure) {
      return {
        id: 'mesh.node',
        level: 'warning',
        text: 'The node is not running.',
        fix: 'A manager runs /node start.',
      };
    }
    return {
      id: 'mesh.node',
      level: 'problem',
      text: `The node is not running; its last start failed: ${failure}`,
      fix: 'Mend the cause, then a manager runs /node start.',
    };
  }

  async #ports(node: RunningNode, signal: AbortSignal): Promise<Finding[]> {
    const endpoints = node.addresses().flatMap(endpointOf);
    if (endpoints.length === 0) {
      return [
        {
          id: 'mesh.addresses',
          level: 'warning',
          text: 'The node listens nowhere: it can reach others, but none can reach it.',
          fix: 'Set mesh.listen to an address like /ip4/0.0.0.0/tcp/4001.',
        },
      ];
    }
    const checked = await Promise.all(endpoints.map((endpoint) => this.#port(endpoint, signal)));
    return endpoints.every(({ host }) => isLoopback(host)) ? [...checked, onlyLocal] : checked;
  }

  async #port({ host, port }: Endpoint, signal: AbortSignal): Promise<Finding> {
    const id = `mesh.port.${host}.${port}`;
    try {
      await withDeadline(this.#parts.clock, meshLimits.examinePortMs, signal, (deadline) =>
        knock(host, port, deadline),
      );
      return { id, level: 'ok', text: `The node answers on ${host} port ${port}.` };
    } catch {
      return {
        id,
        level: 'problem',
        text: `The node tells others to come to ${host} port ${port}, but nothing answers there.`,
        fix: 'Open the port in the firewall or the router, or correct mesh.announce.',
      };
    }
  }

  async #communities(signal: AbortSignal): Promise<Finding[]> {
    const trusted = this.#parts.communities.list().filter((community) => community.trusted);
    if (trusted.length === 0) {
      return [
        {
          id: 'mesh.trust',
          level: 'warning',
          text: 'No other community is trusted, so there is nobody to broadcast to.',
          fix: 'Find one with /node peers; a manager reaches it with /node connect and trusts it with /node trust.',
        },
      ];
    }
    const asked = trusted.slice(0, meshLimits.examinedCommunitiesMax);
    return Promise.all(asked.map((community) => this.#community(community, signal)));
  }

  async #community(community: { peerId: string; name: string }, signal: AbortSignal): Promise<Finding> {
    const name = inert(community.name);
    const id = `mesh.community.${community.peerId}`;
    try {
      await this.#ask(community.peerId, signal);
      return { id, level: 'ok', text: `${name} is connected and trusts us.` };
    } catch (error) {
      if (!isGuildmeshError(error))
        return { id, level: 'warning', text: `${name} could not be asked in time.` };
      return { id, level: 'problem', text: error.message, fix: error.next };
    }
  }
}

interface Endpoint {
  host: string;
  port: number;
}

const onlyLocal: Finding = {
  id: 'mesh.addresses',
  level: 'warning',
  text: 'The node listens on this machine only; hubs elsewhere can’t reach it.',
  fix: 'Set mesh.listen to /ip4/0.0.0.0/tcp/ and a port, if others are meant to reach it.',
};

function endpointOf(address: string): Endpoint[] {
  const match = /^\/(?:ip4|ip6|dns|dns4|dns6)\/([^/]+)\/tcp\/(\d+)(?:\/p2p\/[^/]+)?$/.exec(address);
  return match?.[1] ? [{ host: match[1], port: Number(match[2]) }] : [];
}

function isLoopback(host: string): boolean {
  return host.startsWith('127.') || host === '::1';
}

function knock(host: string, port: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal });
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}
