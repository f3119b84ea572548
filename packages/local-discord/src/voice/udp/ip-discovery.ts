const discoveryBytes = 74;
const typeRequest = 1;
const typeResponse = 2;
const lengthField = 70;
const addressAt = 8;
const portAt = discoveryBytes - 2;

/** The ssrc of a client that asks for its own address, or undefined when the datagram is something else. */
export function parseDiscovery(datagram: Buffer): number | undefined {
  if (datagram.length !== discoveryBytes) return undefined;
  if (datagram.readUInt16BE(0) !== typeRequest || datagram.readUInt16BE(2) !== lengthField) return undefined;
  return datagram.readUInt32BE(4);
}

export function discoveryAnswer(ssrc: number, address: string, port: number): Buffer {
  const answer = Buffer.alloc(discoveryBytes);
  answer.writeUInt16BE(typeResponse, 0);
  answer.writeUInt16BE(lengthField, 2);
  answer.writeUInt32BE(ssrc, 4);
  answer.write(address, addressAt, 'ascii');
  answer.writeUInt16BE(port, portAt);
  return answer;
}
