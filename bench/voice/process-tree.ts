import { readdirSync, readFileSync } from 'node:fs';

/**
 * CPU time of a process and all its descendants, in microseconds, as the kernel's scheduler counts it (Linux).
 * Threads and children that have ended are not in it: nothing measured here ends while it is measured.
 */
export function cpuMicros(pid: number): number {
  return tree(pid).reduce((total, each) => total + threadsMicros(each), 0);
}

/** Resident memory of a process and all its descendants. */
export function residentBytes(pid: number): number {
  return tree(pid).reduce((total, each) => total + processBytes(each), 0);
}

/** Resident memory of one process; 0 when it is gone. */
export function processBytes(pid: number): number {
  const kib = /VmRSS:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1];
  return Number(kib ?? 0) * 1_024;
}

export function descriptorCount(pid: number): number {
  return entries(`/proc/${pid}/fd`).length;
}

function tree(pid: number): number[] {
  const children = entries(`/proc/${pid}/task`).flatMap((thread) =>
    read(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(tree)];
}

function threadsMicros(pid: number): number {
  return entries(`/proc/${pid}/task`).reduce((total, thread) => {
    const nanos = Number(read(`/proc/${pid}/task/${thread}/schedstat`).split(' ')[0] || 0);
    return total + nanos / 1_000;
  }, 0);
}

/** Whatever has just ended reads as empty. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function entries(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
