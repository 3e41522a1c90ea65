"""The second half of `.ci/accept-devices`: sound servers that are absent, stale, killed, stopped, changed, with the console
on a real terminal (tmux) and a phone call beside it."""

import math
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import wave
from array import array
from pathlib import Path

from accepting import Caller, Table
from serving import ROOT

sys.path.insert(0, str(ROOT / "Tests" / "Screen"))
from harness import Failed, Screen  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")
NO_DEVICE = r"NO MIC"
HEARD = r"^ you +\S+ +-\d"


def cpu(pid):
    """Processor seconds so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


class Server:
    """A private sound server that can be killed and started again at the same socket."""

    def __init__(self):
        self.environment = {}
        self.run("start")

    def run(self, action):
        text = subprocess.run([ROOT / ".ci" / "pulse", action], env={**os.environ, **self.environment}, check=True,
                              capture_output=True, text=True).stdout
        self.environment.update(re.findall(r"(\w+)='([^']*)'", text))

    def signal(self, number):
        os.kill(int(self.environment["SIDETONE_PULSE_PID"]), number)

    def control(self, *words):
        return subprocess.run(["pactl", *words], env={**os.environ, **self.environment}, check=True, capture_output=True,
                              text=True, timeout=10).stdout.strip()

    def play(self, file, sink):
        return subprocess.Popen(["paplay", "-d", sink, file], env={**os.environ, **self.environment}, stderr=subprocess.DEVNULL)


class Beside:
    """A phone call through the whole of it; what it missed in a stretch of time."""

    def __init__(self, address):
        self.caller = Caller(address)

    def waits(self, after):
        longest, _, own = self.caller.longest_wait(after, time.monotonic())
        return longest, own


def attempt(table, what, work):
    """A row of what `work` gives: (figure, ok); what failed is shown with the screen."""
    try:
        figure, ok = work()
        return table.row(what, figure, ok)
    except Failed as failure:
        return table.row(what, str(failure).split("\n")[0], False, str(failure))


def reason(screen):
    """The line of the trouble."""
    lines = [line for line in screen.lines() if line.startswith("! no ")]
    return lines[0].split("→")[0].strip(" !") if len(lines) == 1 else f"{len(lines)} lines of trouble"


def start_without(table, what, environment):
    """The console starts where no sound server answers."""
    def work():
        with Screen(120, 40, "--provider mock --no-record --audiosocket 127.0.0.1:0", environment) as screen:
            shown = screen.see("7 Compare")
            told = screen.see(r"^! no ", 5)
            before = cpu(screen.pid())
            time.sleep(3)
            share = (cpu(screen.pid()) - before) / 3
            text = reason(screen)
            ok = shown <= 1 and share <= 0.2 and text.startswith("no ") and "lines" not in text and screen.has("NO MIC")
            return f"{shown * 1000:.0f} ms, reason {told * 1000:.0f} ms later, CPU {share:.1%}: {text}", ok
    attempt(table, what, work)


class Talk:
    """A talk that goes on while things happen to the sound server."""

    def __init__(self, table, server, screen, call, tone):
        self.table, self.server, self.screen, self.call, self.tone = table, server, screen, call, tone

    def lost(self, what, take, give, seconds):
        """`take` takes the devices away, `give` brings them back after `seconds`; then a tone must be heard again."""
        def work():
            screen, began, before = self.screen, time.monotonic(), cpu(self.screen.pid())
            take()
            told = screen.see(NO_DEVICE, 5)
            screen.see("^! no ", 1)
            text = reason(screen)
            time.sleep(max(0, began + seconds - time.monotonic()))
            share = (cpu(screen.pid()) - before) / (time.monotonic() - began)
            give()
            back = screen.gone(NO_DEVICE, 8)
            heard = self.hears("vmic")
            longest, own = self.call.waits(began)
            ok = told <= 2.5 and back <= 2 and heard and share <= 0.2 and longest - own <= 60
            return (f"told {told * 1000:.0f} ms, back {back * 1000:.0f} ms, CPU {share:.1%}, "
                    f"call {longest:.0f} ms without a frame: {text}"), ok
        attempt(self.table, what, work)

    def hears(self, sink):
        """Seconds until a tone played to `sink` is on the microphone's meter."""
        self.screen.gone(HEARD, 4)
        playing = self.server.play(self.tone, sink)
        try:
            return self.screen.see(HEARD, 4)
        finally:
            playing.terminate()
            playing.wait()

    def changed(self, what, change, sink):
        """`change` gives the microphone another source; a tone of it is heard within two seconds."""
        def work():
            began = time.monotonic()
            change()
            heard = self.hears(sink)
            longest, own = self.call.waits(began)
            return f"heard {heard * 1000:.0f} ms later, call {longest:.0f} ms without a frame", \
                heard <= 2 and longest - own <= 60
        attempt(self.table, what, work)

    def moved(self, sink):
        """The default speaker changes: what is played goes there."""
        def work():
            began = time.monotonic()
            self.server.control("set-default-sink", sink)
            sinks = {row.split("\t")[1]: row.split("\t")[0] for row in self.server.control("list", "short", "sinks").split("\n")}
            self.screen.until(lambda _: f"\t{sinks[sink]}\t" in self.server.control("list", "short", "sink-inputs"), 4, "move")
            took = time.monotonic() - began
            longest, own = self.call.waits(began)
            return f"played there {took * 1000:.0f} ms later, call {longest:.0f} ms without a frame", \
                took <= 2 and longest - own <= 60
        attempt(self.table, f"default sink changed to {sink}", work)

    def chosen(self):
        """The chooser of devices: another name of the same server, while the call goes on."""
        def work():
            began = time.monotonic()
            self.screen.type(":devices pulse")
            self.screen.key("Enter")
            took = self.screen.see(r"mic pulse|microphone pulse", 3)
            heard = self.hears("vmic")
            longest, own = self.call.waits(began)
            return f"{took * 1000:.0f} ms, heard {heard * 1000:.0f} ms later, call {longest:.0f} ms without a frame", \
                took <= 2 and heard <= 2 and longest - own <= 60
        attempt(self.table, "another device chosen", work)

    def looped(self):
        """The loopback test hears its own sweeps in the monitor of the speaker."""
        def work():
            self.screen.type(":loopback-test")
            self.screen.key("Enter")
            self.screen.see(r"loopback .*\d+ ms", 10)
            line = next(x for x in self.screen.lines() if re.search(r"loopback .*\d+ ms", x))
            text = re.search(r"loopback .*", line).group(0).strip()
            return text, "failed" not in text
        attempt(self.table, "loopback test over the speaker's monitor", work)


def unload(server):
    modules = [line.split("\t")[0] for line in server.control("list", "short", "modules").split("\n") if "sink_name=vmic" in line]
    for module in modules:
        server.control("unload-module", module)


def load(server):
    server.control("load-module", "module-null-sink", "sink_name=vmic", "rate=48000", "norewinds=1")
    server.control("set-default-source", "vmic.monitor")


def go_on(table, server, folder):
    tone = folder / "tone.wav"
    with wave.open(str(tone), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48000)
        file.writeframes(array("h", (int(9000 * math.sin(i / 10)) for i in range(48000 * 5))).tobytes())
    with Screen(160, 45, "--provider mock --no-record --audiosocket 127.0.0.1:0", server.environment) as screen:
        screen.see("OPEN-MIC")
        screen.key("6")
        port = re.search(r"AudioSocket (127\.0\.0\.1:\d+)", screen.steady()).group(1)
        call = Beside(port)
        time.sleep(1)
        talk = Talk(table, server, screen, call, tone)
        screen.until(lambda _: call.caller.arrivals, 5, "frame for the caller")
        attempt(table, "a tone at the microphone", lambda: (f"on the meter after {talk.hears('vmic') * 1000:.0f} ms", True))
        talk.lost("killed in mid-talk, started again", lambda: server.signal(signal.SIGKILL), lambda: server.run("again"), 5)
        talk.lost("stopped (answers nothing), then goes on", lambda: server.signal(signal.SIGSTOP),
                  lambda: server.signal(signal.SIGCONT), 6)
        talk.changed("default source changed", lambda: server.control("set-default-source", "vspk.monitor"), "vspk")
        talk.looped()
        talk.changed("default source as before", lambda: server.control("set-default-source", "vmic.monitor"), "vmic")
        talk.moved("vmic")
        talk.moved("vspk")
        talk.changed("source unloaded: another takes its place", lambda: unload(server), "vspk")
        talk.changed("source loaded again", lambda: load(server), "vmic")
        talk.chosen()
        call.caller.leave()


def main():
    """How many troubles were not as they should be: 1 or 0."""
    table = Table("devices in trouble, a call beside them")
    start_without(table, "no sound at all", {"PULSE_SERVER": "unix:/nonexistent/native"})
    server = Server()
    try:
        with tempfile.TemporaryDirectory(prefix="sidetone-devices-") as name:
            go_on(table, server, Path(name))
        server.signal(signal.SIGKILL)
        start_without(table, "stale socket of a killed server", server.environment)
    finally:
        subprocess.run([ROOT / ".ci" / "pulse", "stop"], env={**os.environ, **server.environment}, check=False)
    return table.end()
