import type { TrustCardOutput } from '#contracts/actions/node.ts';
import { defineErrors } from '#core/errors.ts';

export const meshErrors = defineErrors({
  MESH_NODE_STOPPED: {
    kind: 'user',
    message: () => 'The node is not running, so no other community can be reached.',
    next: () => 'Try again once a manager has run /node start.',
  },
  MESH_PORT_TAKEN: {
    kind: 'operator',
    message: (d: { address: string }) => `Another program already listens on ${d.address}.`,
    next: () =>
      'Stop that program, or choose another port with mesh.listen, then a manager runs /node start.',
  },
  MESH_LISTEN_FAILED: {
    kind: 'operator',
    message: (d: { addresses: string[]; reason: string }) =>
      `The node can’t listen on ${d.addresses.join(', ')} (${d.reason}).`,
    next: () => 'Correct mesh.listen: an address of this machine and a port above 1023.',
  },
  MESH_KEY_CORRUPT: {
    kind: 'operator',
    message: (d: { path: string; reason: string }) =>
      `The node’s key file ${d.path} can’t be used: ${d.reason}.`,
    next: () =>
      'Restore the file from a backup. Only if it is lost for good, move it away: the hub then gets a new identity, and every community must trust it again.',
  },
  MESH_KEY_UNREADABLE: {
    kind: 'operator',
    message: (d: { path: string; reason: string }) =>
      `The node’s key file ${d.path} can’t be opened: ${d.reason}.`,
    next: (d: { path: string; reason: string }) =>
      `Make it a regular file of the hub’s own user that nobody else may read: chmod 600 ${d.path}`,
  },
  MESH_ADDRESS_INVALID: {
    kind: 'user',
    message: (d: { address: string }) => `“${d.address}” is neither a multiaddr nor a known community.`,
    next: () =>
      'Give an address like /ip4/203.0.113.7/tcp/4001/p2p/12D3Koo…, or a name listed by /node peers.',
  },
  MESH_SELF: {
    kind: 'user',
    message: () => 'That is this hub itself.',
    next: () => 'Give the address or the name of another community.',
  },
  MESH_UNREACHABLE: {
    kind: 'remote',
    message: (d: { community: string; tried: string[] }) =>
      d.tried.length > 0
        ? `${d.community} could not be reached; tried ${d.tried.join(', ')}.`
        : `${d.community} could not be reached: no address of it is known.`,
    next: () =>
      'Check that their hub runs and that its port is open to you, or a manager runs /node connect with a current address.',
  },
  MESH_ADDRESS_PRIVATE: {
    kind: 'user',
    message: (d: { community: string; addresses: string[] }) =>
      `${d.community} is known only at addresses of a private network (${d.addresses.join(', ')}), and this hub is in none.`,
    next: (d: { community: string; addresses: string[] }) =>
      `If that place is meant, a manager runs /node connect address:${d.addresses[0]}; mesh.lan true allows all.`,
  },
  MESH_UNKNOWN_COMMUNITY: {
    kind: 'user',
    message: (d: { reference: string }) => `No community “${d.reference}” is known here.`,
    next: () => 'See /node peers for those that are, or give its peer id.',
  },
  MESH_NOT_FOUND_YET: {
    kind: 'user',
    message: (d: { reference: string; waitedMs: number }) =>
      `No hub that calls itself “${d.reference}” was found within ${d.waitedMs / 1_000} s.`,
    next: () =>
      'A manager of theirs runs /node start, then try again; from afar, a manager here runs /node connect with their address first.',
  },
  MESH_TRUST_UNCONFIRMED: {
    kind: 'user',
    message: (d: TrustCardOutput) =>
      `“${d.name}” is what a hub says of itself, unverified. Its peer id is ${d.peerId}; its safety words with us are: ${d.words.join(' ')}.`,
    next: () =>
      'Let its people read out the words they see for us. If all six are the same, confirm, or repeat the line with words: and what they read out.',
  },
  MESH_WORDS_WRONG: {
    kind: 'user',
    message: (d: { name: string; peerId: string }) => `Those are not the safety words of “${d.name}” and us.`,
    next: () =>
      'Read them again with its people: all six, in order, of the hub that is meant. If they stay different, it is another hub; do not trust it.',
  },
  MESH_AMBIGUOUS_COMMUNITY: {
    kind: 'user',
    message: (d: { reference: string; peerIds: string[] }) =>
      `${d.peerIds.length} communities call themselves “${d.reference}”.`,
    next: () =>
      'Choose one of those that are suggested as you type; or ask the people you mean for their peer id (/node status shows it) and give that.',
  },
  MESH_NAME_TAKEN: {
    kind: 'user',
    message: (d: { name: string; peerId: string }) =>
      `Another trusted community already has the name “${d.name}”.`,
    next: (d) =>
      `Give this one another name with the option name. If its people say that their key is new, compare the safety words, and a manager runs /node forget community:${d.name} first.`,
  },
  MESH_NOT_TRUSTED: {
    kind: 'user',
    message: (d: { community: string }) => `${d.community} is not trusted by us.`,
    next: (d: { community: string }) =>
      `If you know these people, a manager runs /node trust community:${d.community}.`,
  },
  MESH_NOT_TRUSTED_BY_PEER: {
    kind: 'remote',
    message: (d: { community: string }) => `${d.community} does not trust us yet.`,
    next: () =>
      'Ask them: a manager of theirs runs /node trust for this community; trust has to be given on both sides.',
  },
  MESH_NO_ANSWER: {
    kind: 'remote',
    message: (d: { community: string; waitedMs: number }) =>
      `${d.community} is connected but gave no answer within ${d.waitedMs / 1000} s.`,
    next: () => 'Try again in a moment; if it stays so, their hub is overloaded or hangs.',
  },
  MESH_PROTOCOL_UNSUPPORTED: {
    kind: 'remote',
    message: (d: { community: string; protocol: string }) => `${d.community} does not speak ${d.protocol}.`,
    next: () => 'One of the two hubs is out of date: update the older one.',
  },
  MESH_PROTOCOL_VIOLATION: {
    kind: 'remote',
    message: (d: { community: string; violation: string }) =>
      `${d.community} broke the rules of the protocol (${d.violation}); the stream was cut.`,
    next: (d) =>
      `Update both hubs; if it happens again, a manager runs /node forget community:${d.community}.`,
  },
  MESH_UNKNOWN_BROADCAST: {
    kind: 'user',
    message: (d: { community: string; broadcast: string }) =>
      `${d.community} has no broadcast “${d.broadcast}” now.`,
    next: () => 'See /broadcast list for what is on.',
  },
  MESH_BROADCAST_FULL: {
    kind: 'remote',
    message: (d: { community: string; hubs: string[] }) =>
      `${d.community} serves as many subscribers as it can; ${d.hubs.join(', ')} would pass the broadcast on.`,
    next: () => 'Trust one of those communities if you know its people, both ways, or try again later.',
  },
  MESH_SUBSCRIPTION_REFUSED: {
    kind: 'remote',
    message: (d: { community: string; reason: string }) =>
      `${d.community} refused the subscription (${d.reason}).`,
    next: () => 'Stop another relay of that community’s broadcasts, or try again later.',
  },
});
