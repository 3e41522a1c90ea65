"""The built program in tmux: start, type, look."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BINARY = os.path.abspath(os.environ.get("BINARY", os.path.join(ROOT, ".build/release/sidetone")))
COLOURS = re.compile(r"\x1b\[[0-9;]*(3[0-8]|4[0-8]|9[0-7]|10[0-7])[;m]")


class Failed(Exception):
    """A check that did not hold, with what was seen."""


def need(condition, text):
    if not condition:
        raise Failed(text)


class Screen:
    """One program in one tmux server of its own; `with` ends both."""

    def __init__(self, width, height, arguments, environment=None, term="tmux-256color", locale="C.UTF-8", raw=False,
                 home=None, stdin=True):
        self.home = home or tempfile.mkdtemp(prefix="sidetone-screen-")
        self.owns_home = home is None
        self.socket = f"sidetone-screen-{os.getpid()}-{time.monotonic_ns()}"
        self.raw_path = os.path.join(self.home, "raw")
        variables = {"HOME": self.home, "PATH": os.environ["PATH"], "LC_ALL": locale, "TERM": term, "TZ": "UTC",
                     "XDG_RUNTIME_DIR": self.home}
        variables.update(environment or {})
        assigned = " ".join(f"'{key}={value}'" for key, value in variables.items())
        script = os.path.join(self.home, "run")
        with open(script, "w", encoding="utf-8") as file:
            file.write(f"#!/bin/bash\n{BINARY} {arguments}\ncode=$?\nstty -a | grep -oE -- '-?\\b(icanon|echo)\\b' | tr '\\n' ' '\n"
                       "echo rc=$code; exec sleep 1000\n")
        os.chmod(script, 0o700)
        # A shell with job control, as a user's: Ctrl-Z gives the prompt back.
        shell = f"exec env -i {assigned} PS1='$ ' bash --norc --noprofile -i"
        self.tmux("new-session", "-d", "-s", "keep", "-x", "20", "-y", "5", "sleep 1000")
        for option, value in (("status", "off"), ("escape-time", "0"), ("default-terminal", "tmux-256color")):
            self.tmux("set", "-g", option, value)
        self.tmux("new-session", "-d", "-s", "v", "-x", str(width), "-y", str(height), shell)
        self.see(r"^\$")
        if raw:
            self.tmux("pipe-pane", "-t", "v", "-o", f"cat >{self.raw_path}")
        self.type(script)
        self.key("Enter")

    def tmux(self, *arguments, check=True):
        done = subprocess.run(["tmux", "-L", self.socket, "-f", "/dev/null", *arguments], capture_output=True, check=False)
        if check and done.returncode:
            raise Failed(f"tmux {arguments[0]}: {done.stderr.decode(errors='replace').strip()}")
        return done.stdout.decode("utf-8", errors="replace")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for pid in self.programs():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.tmux("kill-server", check=False)
        if self.owns_home:
            shutil.rmtree(self.home, ignore_errors=True)

    def text(self):
        return self.tmux("capture-pane", "-p", "-t", "v").rstrip("\n")

    def lines(self):
        return self.text().split("\n")

    def coloured(self):
        return self.tmux("capture-pane", "-p", "-e", "-t", "v")

    def raw(self):
        with open(self.raw_path, "rb") as file:
            return file.read()

    def key(self, *keys):
        self.tmux("send-keys", "-t", "v", *keys)
        if "Escape" in keys:
            time.sleep(0.2)  # or it and the next key are one key with Alt

    def type(self, text):
        self.tmux("send-keys", "-t", "v", "-l", text)

    def paste(self, text):
        self.tmux("set-buffer", text)
        self.tmux("paste-buffer", "-p", "-t", "v")

    def resize(self, width, height):
        self.tmux("resize-window", "-t", "v", "-x", str(width), "-y", str(height))

    def flags(self):
        """Alternate screen, cursor, mouse: three digits."""
        return self.tmux("display", "-p", "-t", "v", "#{alternate_on}#{cursor_flag}#{mouse_any_flag}").strip()

    def title(self):
        return self.tmux("display", "-p", "-t", "v", "#{pane_title}").strip()

    def programs(self):
        """Processes of the program below the pane's shell."""
        top = self.tmux("display", "-p", "-t", "v", "#{pane_pid}", check=False).strip()
        found, waiting = [], [top] if top else []
        while waiting:
            parent = waiting.pop()
            children = subprocess.run(["pgrep", "-P", parent], capture_output=True, text=True, check=False).stdout.split()
            waiting += children
            for child in children:
                try:
                    if os.readlink(f"/proc/{child}/exe") == os.path.realpath(BINARY):
                        found.append(int(child))
                except OSError:
                    pass
        return found

    def pid(self):
        found = self.programs()
        need(found, "the program is gone:\n" + self.text())
        return found[0]

    def alive(self):
        return bool(self.programs())

    def until(self, test, within=5.0, what="it"):
        """Seconds until `test` of the screen's text holds."""
        began = time.monotonic()
        while True:
            text = self.text()
            if test(text):
                return time.monotonic() - began
            if time.monotonic() - began > within:
                raise Failed(f"no {what} within {within:g} s on\n{text}")
            time.sleep(0.02)

    def see(self, pattern, within=5.0):
        found = re.compile(pattern, re.M)
        return self.until(lambda text: found.search(text), within, repr(pattern))

    def gone(self, pattern, within=5.0):
        found = re.compile(pattern, re.M)
        return self.until(lambda text: not found.search(text), within, f"end of {pattern!r}")

    def has(self, pattern):
        return re.search(pattern, self.text(), re.M) is not None

    def steady(self, within=5.0):
        """The text once it has not changed for a while."""
        last, since, began = self.text(), time.monotonic(), time.monotonic()
        while time.monotonic() - since < 0.3:
            now = self.text()
            if now != last:
                last, since = now, time.monotonic()
            need(time.monotonic() - began < within, f"the screen does not come to rest:\n{last}")
            time.sleep(0.03)
        return last


def width(text):
    """Cells, by the rules of wcwidth as far as the checks need them."""
    import unicodedata

    cells = 0
    for character in text:
        if unicodedata.combining(character):
            continue
        cells += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return cells


def program(*arguments, environment=None, stdin=subprocess.DEVNULL, timeout=20, home=None):
    """The program without a terminal: (code, standard output, standard error)."""
    variables = {"HOME": home or "/nonexistent", "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"}
    variables.update(environment or {})
    done = subprocess.run([BINARY, *arguments], capture_output=True, stdin=stdin, timeout=timeout, env=variables, check=False)
    return done.returncode, done.stdout, done.stderr
