import { describe, expect, test } from 'vitest';
import { type Load, Parking } from '#audio/voice/worker/parking.ts';

/** A thread that can play so many channels per core, and a parking that is asked once a second. */
class Thread {
  readonly parking = new Parking();
  capacity: number;
  playing: number;
  parked = 0;

  constructor(capacity: number, playing: number) {
    this.capacity = capacity;
    this.playing = playing;
  }

  load(): Load {
    const wanted = this.playing / this.capacity;
    const tooMuch = wanted > 0.95;
    return { turnShare: wanted, lateMs: tooMuch ? 80 : 1, skippedCount: tooMuch ? 12 : 0 };
  }

  /** Returns how many were parked (+) or brought back (−) each second. */
  run(seconds: number): number[] {
    return Array.from({ length: seconds }, () => {
      const count = this.parking.decide(this.load(), this.playing, this.parked);
      this.playing -= count;
      this.parked += count;
      return count;
    });
  }
}

describe('parking', () => {
  test('leaves a thread alone that keeps up', () => {
    const thread = new Thread(1_000, 700);
    expect(thread.run(60).every((count) => count === 0)).toBe(true);
    expect(thread.parking.refusing).toBe(false);
  });

  test('refuses new channels first, and parks only if that isn’t enough', () => {
    const thread = new Thread(300, 400);
    expect(thread.run(2)).toEqual([0, 0]);
    expect(thread.parking.refusing).toBe(true);
    const [third, fourth] = thread.run(2);
    expect(third).toBe(0);
    expect(fourth).toBeGreaterThan(0);
  });

  test('parks in steps until the rest plays in time, and no further', () => {
    const thread = new Thread(300, 900);
    const steps = thread.run(60).filter((count) => count !== 0);
    expect(thread.playing).toBeGreaterThan(150);
    expect(thread.playing).toBeLessThanOrEqual(285);
    expect(thread.parked + thread.playing).toBe(900);
    expect(Math.max(...steps)).toBeLessThanOrEqual(450);
  });

  test('brings back what fits when the load is gone, and takes channels again when nobody is parked', () => {
    const thread = new Thread(300, 400);
    thread.run(30);
    expect(thread.parked).toBeGreaterThan(0);
    thread.capacity = 2_000;
    const steps = thread.run(120);
    expect(thread).toMatchObject({ parked: 0, playing: 400 });
    expect(Math.min(...steps)).toBeGreaterThanOrEqual(-40);
    expect(thread.parking.refusing).toBe(false);
  });

  test('does not swing between parking and bringing back', () => {
    const thread = new Thread(300, 330);
    const changes = thread.run(1_800).filter((count) => count !== 0);
    expect(changes.length).toBeLessThan(20);
  });

  test('never parks for other work’s load, nor the last channel', () => {
    const starved = { turnShare: 0.2, lateMs: 300, skippedCount: 20 };
    const other = new Parking();
    for (let second = 0; second < 30; second++) expect(other.decide(starved, 50, 0)).toBe(0);
    const busy = { turnShare: 1, lateMs: 300, skippedCount: 20 };
    const last = new Parking();
    for (let second = 0; second < 30; second++) expect(last.decide(busy, 1, 99)).toBe(0);
  });

  test('waits longer each time that bringing back was too early', () => {
    const parking = new Parking();
    const busy = { turnShare: 0.99, lateMs: 90, skippedCount: 9 };
    const calm = { turnShare: 0.3, lateMs: 0, skippedCount: 0 };
    const waits: number[] = [];
    for (let round = 0; round < 3; round++) {
      while (parking.decide(busy, 50, 10) <= 0);
      let seconds = 1;
      while (parking.decide(calm, 50, 10) >= 0) seconds++;
      waits.push(seconds);
    }
    expect(waits[1]).toBeGreaterThan(waits[0] as number);
    expect(waits[2]).toBeGreaterThan(waits[1] as number);
  });
});
