"""Takes every media packet and notes when the kernel received it. Run by receiver.ts; needs nothing beyond Python 3.

Prints {"port"} first. On stdin: "begin", "end VERIFY_PORT". "end" prints what came in between, one JSON line.
Some packets of each source go on to the verify port, where they are decrypted.
"""
import json
import select
import socket
import struct
import sys

SO_TIMESTAMPNS = 35
SO_RCVBUFFORCE = 33
DISCOVERY_BYTES = 74
RTP_BYTES_MIN = 32
FRAME_NS = 20_000_000
# One in this many packets is checked by the voice server: a sample, since decrypting all would take a core.
VERIFY_EVERY = 499

udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for option in (SO_RCVBUFFORCE, socket.SO_RCVBUF):
    try:
        udp.setsockopt(socket.SOL_SOCKET, option, 32 * 1024 * 1024)
        break
    except PermissionError:
        continue
udp.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
udp.bind(("127.0.0.1", 0))
udp.setblocking(False)
verify_port = int(sys.argv[1])
print(json.dumps({"port": udp.getsockname()[1]}), flush=True)

packets = None
seen = 0


def percentile(values, share):
    return values[min(len(values) - 1, int(share * len(values)))] if values else None


def unwrapped(sequences):
    base, last = 0, None
    for sequence in sequences:
        if last is not None:
            base += ((sequence - last + 0x8000) & 0xFFFF) - 0x8000
        last = sequence
        yield base


def report():
    sources = {}
    for source, head, stamp in packets:
        seconds, nanos = struct.unpack("qq", stamp)
        sources.setdefault(source, []).append((struct.unpack(">H", head)[0], seconds * 1_000_000_000 + nanos))
    late, lost = [], 0
    for arrivals in sources.values():
        indexes = list(unwrapped(sequence for sequence, _ in arrivals))
        lost += max(indexes) + 1 - len(set(indexes))
        start = arrivals[0][1]
        offsets = [at - start - index * FRAME_NS for index, (_, at) in zip(indexes, arrivals)]
        middle = percentile(sorted(offsets), 0.5)
        late.extend(abs(offset - middle) / 1e6 for offset in offsets)
    late.sort()
    return {
        "packets": len(packets),
        "sources": len(sources),
        "lost": lost,
        "p50JitterMs": percentile(late, 0.5),
        "p99JitterMs": percentile(late, 0.99),
    }


def receive():
    global seen
    while True:
        try:
            data, ancillary, _, address = udp.recvmsg(2048, 64)
        except BlockingIOError:
            return
        if len(data) == DISCOVERY_BYTES and data[:2] == b"\0\1":
            answer = bytearray(data)
            answer[1] = 2
            answer[8:8 + len(address[0])] = address[0].encode()
            answer[72:74] = struct.pack(">H", address[1])
            udp.sendto(answer, address)
        elif len(data) >= RTP_BYTES_MIN:
            seen += 1
            if packets is not None:
                packets.append((data[8:12], data[2:4], ancillary[0][2]))
            if seen % VERIFY_EVERY == 0:
                udp.sendto(data, ("127.0.0.1", verify_port))


poll = select.poll()
poll.register(udp, select.POLLIN)
poll.register(sys.stdin, select.POLLIN)
while True:
    ready = [fd for fd, _ in poll.poll()]
    if udp.fileno() in ready:
        receive()
    if sys.stdin.fileno() in ready:
        word = sys.stdin.readline().strip()
        if word == "":
            break
        if word == "begin":
            packets = []
        elif word == "end":
            print(json.dumps(report()), flush=True)
            packets = None
