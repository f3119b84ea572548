import { createHash } from 'node:crypto';
import { BoundedMap } from '../core/bounded-map.ts';
import type { Answer, ApiCall } from '../core/route.ts';
import { Refusal, type ServiceWorld } from '../core/service.ts';
import { refusal } from './items.ts';
import { addresses } from './paths.ts';

/** The newest are kept. */
export const capturesMax = 200;
const dailyMax = 1_000;

export interface Capture {
  jobId: string;
  url: string;
  /** UTC, yyyymmddhhmmss */
  timestamp: string;
  atMs: number;
}

/** The Wayback Machine: it notes which pages it was asked to keep, and loads none. */
export class Captures {
  readonly captures = new BoundedMap<string, Capture>(capturesMax);
  readonly #world: ServiceWorld;

  constructor(world: ServiceWorld) {
    this.#world = world;
  }

  save({ body }: ApiCall): Answer {
    const url = URL.parse(new URLSearchParams(body.bytes.toString()).get('url') ?? '')?.href;
    if (url === undefined) throw new Refusal(refusal(400, 'No such page.'));
    const jobId = `spn2-${createHash('sha1').update(url).digest('hex')}`;
    const atMs = Date.now();
    const timestamp = new Date(atMs).toISOString().replace(/\D/g, '').slice(0, 14);
    if (!this.captures.has(jobId)) {
      this.captures.set(jobId, { jobId, url, timestamp, atMs });
      const path = `${addresses.web}/web/${timestamp}/${encodeURIComponent(url)}`;
      this.#world.changes.arrived({ service: 'archive-org', what: `Page ${url.slice(0, 200)}`, path });
    }
    return { status: 200, json: { url, job_id: jobId } };
  }

  status({ params }: ApiCall): Answer {
    const capture = this.captures.get(params.job ?? '');
    if (!capture)
      return {
        status: 200,
        json: { status: 'error', status_ext: 'error:not-found', message: 'No such job' },
      };
    const { jobId, url, timestamp } = capture;
    return { status: 200, json: { status: 'success', job_id: jobId, timestamp, original_url: url } };
  }

  quota(): Answer {
    const json = {
      processing: 0,
      available: 3,
      daily_captures: this.captures.size,
      daily_captures_limit: dailyMax,
    };
    return { status: 200, json };
  }

  index({ query }: ApiCall): Answer {
    const rows = this.captures
      .values()
      .filter(({ url, timestamp }) => url === query.get('url') && timestamp >= (query.get('from') ?? ''))
      .map(({ timestamp, url }) => [timestamp, url]);
    return { status: 200, json: rows.length > 0 ? [['timestamp', 'original'], ...rows] : [] };
  }
}
