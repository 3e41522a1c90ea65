"""What the `.ci/accept-*` scripts share: a caller of our own, commands over the API, recorded audio, a table."""

import array
import atexit
import json
import math
import os
import select
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

# With CI set the program shows lines instead of the screen that some scripts look at.
os.environ.pop("CI", None)

if "SHARED" in os.environ:
    os.environ.setdefault("SIDETONE_TOOLS", os.path.join(os.environ["SHARED"], "tools"))

from serving import BINARY, RATE, TOOLS, Serve, last_json, records, verify  # noqa: E402

FRAME = RATE // 50
KINDS_OF_AUDIO = range(0x10, 0x19)


def scratch():
    """A folder that goes away at the end."""
    folder = Path(tempfile.mkdtemp(prefix="sidetone-ci-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


class Caller(threading.Thread):
    """One AudioSocket call: speaks `pcm` in real time (silence after its end, or again from its start with `loop`),
    and keeps what comes back with the time at which it came. A stubborn one never reads and never hangs up."""

    def __init__(self, address, pcm=b"", loop=False, stubborn=False):
        super().__init__(daemon=True)
        host, port = address.rsplit(":", 1)
        self.socket = socket.socket()
        if stubborn:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.connect((host, int(port)))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.pcm, self.loop, self.stubborn = pcm, loop, stubborn
        self.sent = 0
        self.began = None
        self.heard = bytearray()
        self.arrivals = []
        self.lateness = []
        self.hung_up_at = None
        self.closed_at = None
        self.stalled_until = 0
        self.leaving = threading.Event()
        self.start()

    def run(self):
        try:
            self.socket.sendall(b"\x01\x00\x10" + uuid.uuid4().bytes)
            self.began = time.monotonic()
            unread = b""
            while not self.leaving.is_set():
                time.sleep(max(0, self.stalled_until - time.monotonic()))
                wait = self.began + self.sent * 0.02 - time.monotonic()
                if wait <= 0:
                    self.lateness.append((time.monotonic(), -wait))
                    self.socket.sendall(b"\x10" + struct.pack(">H", FRAME * 2) + self.frame(self.sent))
                    self.sent += 1
                    continue
                if self.stubborn:
                    time.sleep(wait)
                    continue
                if not select.select([self.socket], [], [], wait)[0]:
                    continue
                data = self.socket.recv(65536)
                if not data:
                    break
                unread = self.take(unread + data)
        except OSError:
            pass
        self.closed_at = time.monotonic()
        self.socket.close()

    def frame(self, number):
        at = number * FRAME * 2
        if self.loop:
            at %= max(1, len(self.pcm))
        return self.pcm[at:at + FRAME * 2].ljust(FRAME * 2, b"\0")

    def take(self, data):
        while len(data) >= 3:
            kind, size = data[0], data[1] << 8 | data[2]
            if len(data) < 3 + size:
                break
            if kind in KINDS_OF_AUDIO:
                self.arrivals.append(time.monotonic())
                self.heard += data[3:3 + size]
            elif kind == 0 and self.hung_up_at is None:
                self.hung_up_at = time.monotonic()
                self.leaving.set()
            data = data[3 + size:]
        return data

    def stall(self, seconds):
        """Neither sends nor reads for a while, then gives all at once: a network that stood still."""
        self.stalled_until = time.monotonic() + seconds

    def leave(self):
        """Hangs up by FIN, as Asterisk does."""
        self.leaving.set()
        self.join(5)

    def longest_wait(self, after, before):
        """Between two moments: (longest time without a frame, when it began, how late the caller itself was), in ms."""
        times = [after] + [t for t in self.arrivals if after < t < before] + [before]
        own = max((late for at, late in self.lateness if after < at < before), default=0)
        wait, at = max((b - a, a) for a, b in zip(times, times[1:]))
        return wait * 1000, (at - after) * 1000, own * 1000


class WireCheck:
    """`wirecheck serve openai-realtime`."""

    def __init__(self, scenario, folder, port=0, sessions=1, deadline=120, name="wire"):
        self.log = Path(folder) / f"{name}.jsonl"
        command = [str(TOOLS / "wirecheck" / "wirecheck"), "serve", "openai-realtime", "--scenario", scenario, "--port",
                   str(port), "--sessions", str(sessions), "--deadline", str(deadline), "--log", str(self.log)]
        # Of its own group: the launcher and what it launches are killed together.
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                        stdin=subprocess.DEVNULL, text=True, start_new_session=True)
        ready = json.loads(self.process.stdout.readline())
        self.base, self.port = ready["listening"], ready["port"]

    def verdict(self):
        if self.process.poll() is None:
            self.process.terminate()
        text, _ = self.process.communicate(timeout=30)
        return last_json(text) or {"violations": [{"rule": "wirecheck", "detail": "no verdict"}]}

    def kill(self):
        """Dies at once, as a machine does."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, 9)
        self.process.wait()

    def messages(self):
        """[(seconds, "in" or "out", session, message)]"""
        rows = []
        for line in self.log.read_text(errors="replace").splitlines():
            try:
                row = json.loads(line)
            except ValueError:
                continue
            if isinstance(row.get("message"), dict):
                rows.append((row["t"], row["dir"], row["session"], row["message"]))
        return rows

    def audio_ms(self):
        """{session: milliseconds of audio that the client sent}"""
        total = {}
        for _, way, session, message in self.messages():
            if way == "in" and message.get("type") == "input_audio_buffer.append":
                total[session] = total.get(session, 0) + characters(message["audio"]) * 3 // 4 / 48
        return total


def characters(text):
    """Length of a base64 text, which the log writes as `AAAA… (6400 characters)`."""
    mark = text.rfind("… (")
    return int(text[mark + 3:].split()[0]) if mark >= 0 else len(text)


def command(server, name, **fields):
    """POSTs a command; true when it was taken."""
    body = json.dumps({name: fields}).encode()
    request = urllib.request.Request(f"http://{server.http}/v1/commands", body, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status == 202
    except urllib.error.HTTPError:
        return False


def state(server):
    with urllib.request.urlopen(f"http://{server.http}/v1/state", timeout=5) as answer:
        return json.load(answer)


def until(limit, condition):
    """Waits until `condition()` gives something true; what it gave last."""
    end = time.monotonic() + limit
    while True:
        found = condition()
        if found or time.monotonic() > end:
            return found
        time.sleep(0.02)


def live(server, count=1):
    """Waits for live sessions; their state objects."""
    return until(10, lambda: (lambda s: s if len(s) >= count else None)(state(server)["sessions"])) or []


def stereo(folder):
    """Channels of audio.wav as (user, agent), read without trust in the header's sizes."""
    data = (Path(folder) / "audio.wav").read_bytes()
    mark = data.find(b"data")
    body = data[mark + 8:] if mark >= 0 else b""
    samples = array.array("h")
    samples.frombytes(body[:len(body) // 4 * 4])
    return samples[0::2], samples[1::2]


def amplitude(samples, frequency, rate=RATE):
    """Amplitude of one frequency (Goertzel)."""
    factor = 2 * math.cos(2 * math.pi * frequency / rate)
    one = two = 0.0
    for sample in samples:
        one, two = sample + factor * one - two, one
    power = one * one + two * two - factor * one * two
    return 2 * math.sqrt(max(0.0, power)) / max(1, len(samples))


def rms(samples):
    return math.sqrt(sum(x * x for x in samples) / max(1, len(samples)))


def speech(pattern, level=6000):
    """PCM of a voice-like sound: [(seconds, is speech)]."""
    out = array.array("h")
    for seconds, loud in pattern:
        for i in range(int(seconds * RATE)):
            t = i / RATE
            swell = 0.55 + 0.45 * math.sin(2 * math.pi * 4 * t)
            hum = sum(math.sin(2 * math.pi * 140 * k * t) / k for k in (1, 2, 3, 4, 6))
            out.append(int(level * swell * hum / 2) if loud else 0)
    return out.tobytes()


class Table:
    """Rows of what was tried, what came out, and whether it may."""

    def __init__(self, title):
        self.failed = []
        print(f"== {title}", flush=True)

    def row(self, what, figure, ok, why=""):
        print(f"{'ok' if ok else 'FAIL':<5} {what:<46} {figure}".rstrip(), flush=True)
        if not ok:
            self.failed.append(f"{what}: {why or figure}")
        return ok

    def end(self):
        for line in self.failed:
            print(f"  {line}")
        print(f"{len(self.failed)} failed" if self.failed else "all as it should be")
        return 1 if self.failed else 0


def skip_without_tools(*names):
    """Ends with a word, and well, when the peers are not here."""
    for name in names:
        if not (TOOLS / name).exists():
            print(f"skipped: {TOOLS / name} is missing (set SHARED to the folder that holds tools/)")
            sys.exit(0)
    if not BINARY.exists():
        sys.exit(f"{BINARY} is missing: build it, or name another by BINARY")
