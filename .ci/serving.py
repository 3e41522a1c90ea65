"""What `.ci/peers` and `.ci/speak` share: the program under test, and the voice of a caller."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import wave
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = Path(os.environ.get("SIDETONE_TOOLS", ROOT.parent / "shared" / "tools"))
BINARY = Path(os.environ.get("BINARY", ROOT / ".build" / "release" / "sidetone")).resolve()
RATE = 8000


class Serve:
    """`sidetone serve` on free ports, recording into a folder of its own; ended in order on exit."""

    def __init__(self, *arguments, environment=None, record=True):
        self.folder = Path(tempfile.mkdtemp(prefix="sidetone-ci-"))
        self.log = open(self.folder / "stderr", "w+b")
        command = [str(BINARY), "serve", "--json", "--audiosocket", "127.0.0.1:0", "--http", "127.0.0.1:0",
                   "--sessions", str(self.folder / "sessions"), "--record" if record else "--no-record", *arguments]
        environment = {**os.environ, "XDG_CONFIG_HOME": str(self.folder), **(environment or {})}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log, stdin=subprocess.DEVNULL,
                                        cwd=self.folder, env=environment)
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            raise RuntimeError(f"sidetone serve ended with {self.process.returncode}: {self.stderr()}")
        ready = json.loads(line)
        self.audiosocket, self.http = ready["audiosocket"], ready["http"]

    def stderr(self):
        self.log.seek(0)
        return self.log.read().decode(errors="replace").strip()

    def sessions(self):
        """Folders of the recorded sessions, oldest first."""
        return sorted(path for path in (self.folder / "sessions").glob("*") if (path / "events.jsonl").exists())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def stop(self):
        """SIGTERM; its exit status, or "stuck" when it had to be killed."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(35)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                return "stuck"
        return self.process.returncode


def verify(folder):
    """Errors that `sidetone sessions verify` finds in one session folder; None when it is whole."""
    done = subprocess.run([BINARY, "sessions", "verify", "--json", str(folder)], capture_output=True, text=True)
    if done.returncode == 0:
        return None
    report = last_json(done.stdout) or {"findings": [{"severity": "error", "code": "verify", "text": done.stderr.strip()}]}
    errors = [f"{f['code']}: {f['text']}" for f in report["findings"] if f["severity"] == "error"]
    return f"{Path(folder).name}: " + "; ".join(errors[:4])


def records(folder, torn=False):
    """The event log of a session; with `torn` what stands after the last line end does not count."""
    text = (Path(folder) / "events.jsonl").read_text(encoding="utf-8", errors="replace")
    if torn:
        text = text[:text.rfind("\n") + 1]
    return [json.loads(line) for line in text.split("\n") if line.strip() and not line.startswith('{"recorder"')]


def say(text, voice, path):
    """Speaks into an 8 kHz WAV file as a telephone would carry it. `voice` is flite:NAME or espeak:NAME."""
    engine, name = voice.split(":")
    raw = f"{path}.raw.wav"
    if engine == "flite":
        subprocess.run(["flite", "-voice", name, "-t", text, "-o", raw], check=True)
    else:
        subprocess.run(["espeak-ng", "-v", name, "-s", "150", "-w", raw, text], check=True)
    subprocess.run(["sox", "-R", raw, "-r", str(RATE), "-b", "16", "-c", "1", str(path), "sinc", "300-3400", "norm", "-6"],
                   check=True)
    os.remove(raw)
    with wave.open(str(path)) as file:
        return file.readframes(file.getnframes())


def caller(utterances, path):
    """A WAV file with PCM at given seconds: [(at, pcm)]. Its end is the end of the last; returns the length in s."""
    pcm = bytearray()
    for at, voice in utterances:
        start = int(at * RATE) * 2
        pcm.extend(bytes(max(0, start - len(pcm))))
        pcm.extend(voice)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(bytes(pcm))
    return len(pcm) / 2 / RATE


def dial(address, *arguments, timeout=180):
    """`pipecheck dial audiosocket`; its verdict and exit status."""
    command = [str(TOOLS / "pipecheck" / "bin" / "pipecheck"), "dial", "audiosocket", "--to", address, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL)
    return last_json(done.stdout) or {"violations": [{"rule": "pipecheck failed", "detail": done.stderr[-300:]}]}, done.returncode


def last_json(text):
    """The last line that is a JSON object."""
    for line in reversed(text.splitlines()):
        if line.startswith("{"):
            return json.loads(line)
    return None


def need(*programs):
    """Ends with a word when a program is missing."""
    for program in programs:
        if not shutil.which(program):
            sys.exit(f"{program} is missing: run .ci/setup test")
    if not BINARY.exists():
        sys.exit(f"{BINARY} is missing: run make build")


class Clock:
    """Seconds since it was made."""

    def __init__(self):
        self.start = time.monotonic()

    def __call__(self):
        return time.monotonic() - self.start
