"""What terminal scripts share: a program in a pseudo-terminal of a chosen reader, and what its bytes mean."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import threading
import time

# What the console may say to a terminal: colours and attributes, moving and erasing, modes it puts back, its questions.
CSI = re.compile(rb"(?:[0-9;]*m|[0-9;]*[HGdABCD]|[0-2]?[JK]|[0-9]*X|\?(?:1049|25|7|12|2004|1004|1000|1002|1006|2026)[hl]|>27u|<u|\?u|\?2026\$p|c)")
SEQUENCE = re.compile(rb"\x1b\[([0-?]*[ -/]*[@-~])|\x1b\](11;\?\x1b\\)|(\x1b.?)|([\x00-\x09\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f])|(\xc2[\x80-\x9f])", re.S)
HIDDEN = re.compile("[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufe00-\ufe0f\U000e0000-\U000e007f]")


def unlisted(data, lines=False):
    """Controls in `data` that the console never sends; with `lines` none at all is allowed but line ends and tabs."""
    found = {}
    for match in SEQUENCE.finditer(data):
        csi, osc, escape, control, high = match.groups()
        fine = not lines and (csi is not None and CSI.fullmatch(csi) or osc or control == b"\x08" or escape == b"\x1b7")
        if not fine and not (lines and control == b"\x09"):
            found[match.group(0)] = found.get(match.group(0), 0) + 1
    for match in HIDDEN.finditer(data.decode("utf-8", "ignore")):
        found[match.group(0).encode()] = found.get(match.group(0).encode(), 0) + 1
    return found


class Terminal:
    """A program in a pseudo-terminal. `rate` bytes a second are read at most; `paused` reads nothing. Answers device attributes
    and that updates can be synchronised, so frames can be counted."""

    def __init__(self, command, columns=120, rows=40, environment=None, rate=None, cwd=None):
        self.data, self.times = bytearray(), []
        self.rate, self.paused, self.ended = rate, threading.Event(), threading.Event()
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            if cwd:
                os.chdir(cwd)
            kept = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "TMPDIR")}
            usual = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"}
            os.execvpe(command[0], command, {**kept, **usual, **(environment or {})})
        self.status = None
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        while True:
            if self.paused.is_set():
                time.sleep(0.02)
                continue
            try:
                if not select.select([self.master], [], [], 0.1)[0]:
                    continue
                chunk = os.read(self.master, 65536 if self.rate is None else max(1, self.rate // 50))
            except OSError:
                break
            if not chunk:
                break
            self.data += chunk
            self.times.append((time.monotonic(), len(self.data)))
            if b"\x1b[c" in chunk:
                self.send(b"\x1b[?2026;2$y\x1b[?62c")
            if self.rate:
                time.sleep(len(chunk) / self.rate)
        self.ended.set()

    def send(self, data):
        try:
            os.write(self.master, data if isinstance(data, bytes) else data.encode())
        except OSError:
            pass

    def resize(self, columns, rows):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def see(self, text, limit=10.0, after=0):
        """Waits until `text` was drawn behind the byte `after`; seconds it took, or None."""
        start = time.monotonic()
        while time.monotonic() - start < limit:
            if text.encode() in bytes(self.data[after:]):
                return time.monotonic() - start
            time.sleep(0.002)
        return None

    def count(self, seconds):
        """Bytes and frames of the next seconds."""
        before = len(self.data)
        time.sleep(seconds)
        part = bytes(self.data[before:])
        return len(part), part.count(b"\x1b[?2026h")

    def memory(self):
        """Resident bytes."""
        with open(f"/proc/{self.pid}/statm") as file:
            return int(file.read().split()[1]) * 4096

    def cpu(self):
        """Processor seconds so far."""
        with open(f"/proc/{self.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def poll(self):
        if self.status is None:
            try:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:
                return self.status
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
        return self.status

    def wait(self, limit):
        """Exit status, negative for a signal; None when it goes on."""
        end = time.monotonic() + limit
        while self.poll() is None and time.monotonic() < end:
            time.sleep(0.02)
        return self.status

    def close(self, number=signal.SIGTERM):
        """Ends it; its exit status."""
        self.paused.clear()
        if self.poll() is None:
            os.kill(self.pid, number)
            if self.wait(10) is None:
                os.kill(self.pid, signal.SIGKILL)
                self.wait(5)
        self.ended.wait(2)
        os.close(self.master)
        return self.status
