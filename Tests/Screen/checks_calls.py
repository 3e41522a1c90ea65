"""Checks 26 to 30: calls, recordings, ends, other outputs, cost."""

import array
import json
import os
import re
import signal
import socket
import stat
import struct
import subprocess
import threading
import time
import uuid
import wave

import harness
from harness import Screen, need


class Caller:
    """An Asterisk channel as far as AudioSocket shows it: an id, then 20 ms of tone after tone."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), 3)
        self.socket.sendall(b"\x01\x00\x10" + uuid.uuid4().bytes)
        self.going = True
        self.lock = threading.Lock()
        for work in (self._send, self._read):
            threading.Thread(target=work, daemon=True).start()

    def _send(self):
        frame = b"\x10" + struct.pack(">H", 320) + array.array("h", [300, -300] * 80).tobytes()
        due = time.monotonic()
        while self.going:
            try:
                with self.lock:
                    self.socket.sendall(frame)
            except OSError:
                return
            due += 0.02
            time.sleep(max(0, due - time.monotonic()))

    def _read(self):
        try:
            while self.going and self.socket.recv(4096):
                pass
        except OSError:
            pass

    def digit(self, key):
        with self.lock:
            self.socket.sendall(b"\x03\x00\x01" + key.encode())

    def close(self):
        self.going = False
        try:
            with self.lock:
                self.socket.sendall(b"\x00\x00\x00")
        except OSError:
            pass
        self.socket.close()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def check_26(demo):
    """table of calls"""
    port = free_port()
    arguments = f"--provider mock --no-record --audiosocket 127.0.0.1:{port}"
    with Screen(120, 40, arguments) as s:
        s.see("7 Compare")
        callers = [Caller(port) for _ in range(4)]
        try:
            s.key("3")
            s.see("Calls·4")
            callers[0].close()
            s.see("Calls·3")
            s.see("ended")
            for _ in range(6):  # from the ended one to a live one
                s.key("l")
                time.sleep(0.3)
                if s.has("LISTENING IN|listening"):
                    break
                s.key("Up")
            s.see("LISTENING IN|listening")
            s.key("h")
            s.see(r"hang up .*y/N")
            s.key("n")
            s.gone(r"y/N")
            need(s.has("Calls·3"), "a call is gone without a yes")
            for caller in callers[1:]:
                caller.digit("5")
            s.see(r"dtmf.*5")
        finally:
            for caller in callers:
                caller.close()
    port = free_port()
    with Screen(120, 40, f"--provider mock --no-record --readonly --audiosocket 127.0.0.1:{port}") as s:
        s.see("READ-ONLY")
        caller = Caller(port)
        try:
            s.key("3")
            s.see("Calls·1")
            s.key("h")
            s.see("read-only")
            need(s.has("Calls·1"), "hung up in spite of read-only")
        finally:
            caller.close()
    return "four calls, one ended, listened, asked before hanging up, a key shown, read-only kept"


def check_27(demo):
    """a recording survives kill -9"""
    folder = demo.fresh("killed")
    demo.tone(f"{folder}/in.wav", seconds=8)
    home = demo.home("killed")
    arguments = f"--provider tone --config {demo.config('killed', TONE)} --sessions {folder}/sessions"
    with Screen(80, 24, f"{arguments} --no-record --audio fake:{folder}/in.wav,{folder}/out.wav", home=home) as s:
        s.see("no rec")
        s.key("R")
        s.see("REC 00:0[0-2]")
        s.type(":say hello")
        s.key("Enter")
        time.sleep(3)
        os.kill(s.pid(), signal.SIGKILL)
        s.see("rc=137")
    names = os.listdir(f"{folder}/sessions")
    need(len(names) == 1, f"folders: {names}")
    session = f"{folder}/sessions/{names[0]}"
    with Screen(80, 24, f"{arguments} --no-record", home=home) as s:
        s.see("recover|repair", 5)
        s.key("q")
    with wave.open(f"{session}/audio.wav") as file:
        need(file.getnchannels() == 2 and file.getnframes() > 8000, "not two channels with audio")
        rate, samples = file.getframerate(), array.array("h", file.readframes(file.getnframes()))
    left, right = demo.pitch(samples[0::2], rate), demo.pitch(samples[1::2], rate)
    need(abs(left - 440) < 10 and abs(right - 880) < 20, f"left {left:.0f} Hz, right {right:.0f} Hz")
    need(stat.S_IMODE(os.stat(session).st_mode) == 0o700, "the folder can be read by others")
    for name in os.listdir(session):
        need(stat.S_IMODE(os.stat(f"{session}/{name}").st_mode) == 0o600, f"{name} can be read by others")
    with open(f"{session}/events.jsonl", encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    return f"{len(samples) / 2 / rate:.1f} s, left {left:.0f} Hz, right {right:.0f} Hz, {len(lines)} events"


TONE = """
provider: tone
providers:
  tone: {type: mock, options: {tone_hz: 880}}
"""


def check_28(demo):
    """suspend, crash, end"""
    with Screen(80, 24, demo.live) as s:
        s.see("OPEN-MIC")
        s.key("C-z")
        s.until(lambda _: s.flags() == "010", 3, "the normal screen")
        s.type("fg")
        s.key("Enter")
        s.until(lambda _: s.flags()[0] == "1", 3, "the console again")
        s.see("resumed")
    for name, code in (("SEGV", 139), ("TERM", 143), ("ABRT", 134), ("trap", 132)):
        folder = demo.fresh(f"end-{name}")
        debug = {"SIDETONE_DEBUG": "1"}
        with Screen(80, 24, f"{demo.mock} --sessions {folder} --audio {demo.silence}", debug) as s:
            s.see("OPEN-MIC")
            s.see("REC 00:0[1-9]")
            if name == "trap":
                s.type(":debug-trap")
                s.key("Enter")
            else:
                os.kill(s.pid(), getattr(signal, "SIG" + name))
            s.see(f"rc={code}", 8)
            need(s.flags() == "010", f"{name}: alternate screen, cursor, mouse are {s.flags()}")
            need(s.has(r"^icanon echo"), f"{name}: the terminal is not as before:\n{s.text()}")
            if name in ("SEGV", "trap"):
                need(s.has("report|crash"), f"{name}: no word about the crash:\n{s.text()}")
        for session in os.listdir(folder):
            with wave.open(f"{folder}/{session}/audio.wav") as file:
                need(file.getnchannels() == 2, "the recording does not open")
    return "Ctrl-Z and fg; SEGV, TERM, ABRT, a trap: screen restored, recordings open"


def check_29(demo):
    """no terminal, C locale, exit codes"""
    code, output, _ = harness.program("replay", demo.path("demo"), "--speed", "0")
    need(code == 0 and output and b"\x1b" not in output, f"plain: code {code}, {output[:80]!r}")
    code, output, errors = harness.program("replay", demo.path("demo"), "--json")
    rows = [json.loads(line) for line in output.splitlines()]
    need(code == 0 and len(rows) > 100 and not errors, f"json: code {code}, {len(rows)} rows, {errors[:80]!r}")
    with Screen(80, 24, demo.arguments, locale="C") as s:
        s.see("7 Compare")
        need(s.steady().isascii(), "beyond ASCII in the C locale")
    codes = {}
    for name, arguments in {
        "unknown option": ["--nope"], "unknown provider": ["--provider", "nope", "--plain"],
        "broken configuration": ["--config", demo.config("broken", "providers: ["), "--plain"],
        "budget": ["compare", demo.path("demo"), "--providers", "mock", "--turn", "1", "--budget", "e2e<0.001", "--out", demo.fresh("compared")],
    }.items():
        codes[name], _, errors = harness.program(*arguments, timeout=60)
    need(codes == {"unknown option": 64, "unknown provider": 78, "broken configuration": 78, "budget": 1}, str(codes))
    return f"no escape byte; {len(rows)} JSON lines; exit codes {list(codes.values())}"


def written(s, seconds):
    before = os.path.getsize(s.raw_path)
    time.sleep(seconds)
    return os.path.getsize(s.raw_path) - before


def cpu(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def check_30(demo):
    """cost of a frame, latency of a key"""
    with Screen(200, 50, demo.arguments, raw=True) as s:
        s.see("7 Compare")
        s.steady()
        before = cpu(s.pid())
        idle = written(s, 5)
        share = (cpu(s.pid()) - before) / 5
        need(idle <= 2048, f"idle: {idle} bytes in 5 s")
        need(share < 0.01, f"idle: {share:.1%} of a core")
        s.key("?")
        helped = s.see("type to filter", 1)
        s.key("Escape")
    with Screen(200, 50, demo.replay("flood", "--speed 1 --view talk"), raw=True) as s:
        s.see("7 Compare")
        time.sleep(1)
        moving = written(s, 5)
        need(moving <= 60 * 1024, f"moving: {moving} bytes in 5 s")
        s.key("?")
        flooded = s.see("type to filter", 1)
        s.key("Escape")
        s.key("4")
        s.see(r"\[4 Events")
        s.key("PPage")
    with Screen(80, 24, demo.live) as s:
        s.see("OPEN-MIC")
        s.key("i")
        s.see("ENTER|Enter")
        s.key("Escape")
        left = s.see("OPEN-MIC", 1)
    need(flooded <= 0.25, f"help after {flooded * 1000:.0f} ms while events stream")
    return (f"idle {idle} B and {share:.1%} in 5 s, moving {moving / 1024:.0f} KB; help after {helped * 1000:.0f} ms, "
            f"while 200 events/s stream after {flooded * 1000:.0f} ms")
