import type { AttemptContext, LookUp, Step } from '#contracts/publisher.ts';
import { Pds } from './client.ts';
import { postReceipt } from './execute.ts';
import { payloadOf } from './payload.ts';

/** By its key, which is unique. Pictures are uploaded again: nobody sees them until a post names them. */
export async function find(context: AttemptContext, step: Step): Promise<LookUp> {
  if (step.kind !== 'post') {
    payloadOf.image(step);
    return { state: 'absent' };
  }
  const { service, rkey } = payloadOf.post(step);
  const pds = new Pds(context, service);
  const there = await pds.post(await pds.did(), rkey);
  return there ? { state: 'found', receipt: postReceipt(there) } : { state: 'absent' };
}
