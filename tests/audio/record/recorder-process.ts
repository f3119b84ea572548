/** Records into the folder given until it is killed; prints how many frames went in. */
import { recordingStart } from '#contracts/actions/recording.ts';
import { musicFrames, recordBench } from './support.ts';

const [folder = ''] = process.argv.slice(2);
const bench = await recordBench(folder, { put: () => Promise.reject(new Error('not here')) });
await bench.act(recordingStart, { guildId: '1', broadcast: 'radio' });
const music = musicFrames();
for (let sequence = 0; ; sequence += 1) {
  const { payload } = music[sequence % music.length]!;
  bench.broadcasts.send('radio', { streamId: 1, sequence, captureTimeMs: sequence * 20, payload });
  if (sequence % 50 === 0) {
    process.stdout.write(`${sequence}\n`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
