/** The receiving process: the voice server, and the sink beside it as its child. Lines of JSON on stdin and stdout. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { loadOrCreateCertificate } from '@guildmesh/local-discord/voice/certificate';
import { VoiceGateway } from './voice-gateway.ts';

const certificate = await loadOrCreateCertificate(process.argv[2] as string);
const gateway = new VoiceGateway(certificate);
const { endpoint, samplePort } = await gateway.start();
const sink = spawn('python3', [join(import.meta.dirname, 'sink.py'), String(samplePort)], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
sink.once('exit', (code) => process.exit(code ?? 1));
const lines = createInterface({ input: sink.stdout })[Symbol.asyncIterator]();
gateway.mediaPort = JSON.parse((await lines.next()).value as string).port;
process.stdout.write(`${JSON.stringify({ endpoint, certificatePath: certificate.certificatePath })}\n`);

for await (const word of createInterface({ input: process.stdin })) {
  sink.stdin.write(`${word}\n`);
  if (word === 'begin') Object.assign(gateway.samples, { good: 0, silence: 0, bad: 0 });
  if (word !== 'end') continue;
  const counts = JSON.parse((await lines.next()).value as string);
  process.stdout.write(`${JSON.stringify({ ...counts, samples: gateway.samples })}\n`);
}
sink.stdin.end();
await once(sink, 'exit');
