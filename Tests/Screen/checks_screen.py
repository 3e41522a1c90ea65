"""Checks 1 to 9: paint, sizes, colours, themes."""

import os
import random
import re
import time

import harness
from harness import COLOURS, Screen, need, width

GOLDENS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "Goldens")
SIZES = [(80, 24), (120, 40), (200, 50)]


def check_1(demo):
    """first paint at 80x24"""
    with Screen(80, 24, demo.arguments) as s:
        spent = s.see(r"1 Talk.*7 Compare", 3)
        text = s.steady()
        lines = text.split("\n")
        need(re.match(r"^. (LIVE|REPLAY)", lines[0]), f"the strip begins {lines[0][:20]!r}")
        need(any("? keys" in line for line in lines[-2:]), "no `? keys` in the last two lines:\n" + text)
        wide = [line for line in lines if width(line) > 80]
        need(not wide, f"too wide: {wide}")
    return f"{spent * 1000:.0f} ms from the start of the shell"


def check_2(demo):
    """golden screens at three sizes, Unicode and ASCII"""
    count = 0
    for columns, rows in SIZES:
        for mode in ("unicode", "ascii"):
            with Screen(columns, rows, demo.arguments + (" --ascii" if mode == "ascii" else "")) as s:
                s.see("7 Compare")
                text = s.steady() + "\n"
            path = os.path.join(GOLDENS, f"{columns}x{rows}-{mode}.txt")
            if os.environ.get("SIDETONE_UPDATE_GOLDENS"):
                with open(path, "w", encoding="utf-8") as file:
                    file.write(text)
            with open(path, encoding="utf-8") as file:
                golden = file.read()
            for number, (seen, wanted) in enumerate(zip(text.split("\n"), golden.split("\n")), 1):
                need(seen == wanted, f"{columns}x{rows} {mode} row {number}:\n  seen   {seen}\n  golden {wanted}")
            need(text == golden, f"{columns}x{rows} {mode}: not as many rows as the golden")
            if mode == "ascii":
                need(text.isascii(), "a character beyond ASCII: " + repr([c for c in text if not c.isascii()][:5]))
            count += 1
    return f"{count} screens, byte for byte"


def check_3(demo):
    """panes at 120x40, separator straight"""
    with Screen(120, 40, demo.arguments) as s:
        for pane in ("waterfall", "Health", "─ Session", "Speaking"):
            s.see(pane)
        lines = s.steady().split("\n")
    first = next(i for i, line in enumerate(lines) if "Conversation" in line)
    last = next(i for i, line in enumerate(lines) if "Speaking" in line)
    columns = {line.find("│", 3) for line in lines[first:last]}
    need(len(columns) == 1 and -1 not in columns, f"separator in columns {sorted(columns)}")
    return f"one separator, column {columns.pop()}, {last - first} rows"


def check_4(demo):
    """resize storm"""
    with Screen(120, 40, demo.arguments) as fresh:
        fresh.see("7 Compare")
        wanted = fresh.steady()
    random.seed(4)
    with Screen(120, 40, demo.arguments) as s:
        s.see("7 Compare")
        for _ in range(20):
            s.resize(60 + random.randrange(140), 16 + random.randrange(34))
            time.sleep(0.03)
        s.resize(120, 40)
        s.until(lambda text: text == wanted, 3, "the screen of a fresh start")
        need(s.alive(), "it died")
    return "20 sizes, then as freshly started"


def check_5(demo):
    """too small and back"""
    with Screen(80, 24, demo.arguments) as s:
        s.see("7 Compare")
        s.resize(42, 12)
        s.see("needs 60x16")
        need(s.has(r"REPLAY|LIVE|LISTENING|IDLE"), "no state word on the small screen:\n" + s.text())
        s.resize(20, 5)
        s.see("needs")
        s.resize(80, 24)
        s.see(r"1 Talk.*7 Compare")
        s.see(r"\? keys")
    return "42x12, 20x5, back"


def check_6(demo):
    """NO_COLOR"""
    with Screen(120, 40, demo.arguments, {"NO_COLOR": "1"}) as s:
        s.see("cut at")
        text = s.coloured()
        need(not COLOURS.search(text), "a colour in spite of NO_COLOR")
        need(re.search(r"\x1b\[[0-9;]*[1247]m", text), "no attribute at all")
        need("cut at" in text, "no word for a cut answer")
    with Screen(120, 40, demo.live, {"NO_COLOR": "1"}) as s:
        s.see("OPEN-MIC")
        s.key("m")
        s.see("MUTED")
        need(not COLOURS.search(s.coloured()), "a colour in spite of NO_COLOR")
    return "no colour sequence; states in words"


def check_7(demo):
    """ladder of colour depths"""
    ladder = [("COLORTERM=truecolor", {"COLORTERM": "truecolor"}, "", r"38;2;", None),
              ("256", {"COLORTERM": "truecolor"}, " --color=256", r"38;5;", r"38;2;"),
              ("16", {"COLORTERM": "truecolor"}, " --color=16", r"\x1b\[[0-9;]*(3[0-7]|9[0-7])", r"38;[25];")]
    for name, environment, option, wanted, refused in ladder:
        with Screen(120, 40, demo.arguments + option, environment) as s:
            s.see("7 Compare")
            s.steady()
            text = s.coloured()
            need(re.search(wanted, text), f"{name}: no {wanted}")
            need(not refused or not re.search(refused, text), f"{name}: {refused} is there")
    for term in ("vt100", "dumb"):
        with Screen(80, 24, demo.arguments, term=term) as s:
            s.until(lambda text: "rc=0" in text or "? keys" in text, 5, "a screen or an orderly end")
            if s.alive():
                s.key("q")
            s.see(r"rc=0")
    return "24 bit, 256, 16; vt100 and dumb end with 0"


def check_8(demo):
    """palette untouched"""
    with Screen(120, 40, demo.arguments, {"COLORTERM": "truecolor"}, raw=True) as s:
        s.see("7 Compare")
        s.key("T")
        s.key("Down")
        s.key("Down")
        s.steady()
        s.key("Escape")
        s.key("q")
        s.see("rc=0")
        raw = s.raw()
    need(len(raw) > 1000, "nothing was captured")
    for mark in (b"\x1b]4;", b"\x1b]104", b"\x1bP", b"\x1b]10;#", b"\x1b]11;#"):
        need(mark not in raw, f"{mark!r} was written")
    return f"{len(raw)} bytes, no palette write"


def check_9(demo):
    """theme reloaded while it runs; a broken line is told"""
    with Screen(120, 40, demo.arguments + " --theme x", {"COLORTERM": "truecolor"}, home=demo.home("theme")) as s:
        folder = os.path.join(s.home, ".config/sidetone/themes")
        s.see("7 Compare")
        path = os.path.join(folder, "x.theme")
        with open(path, encoding="utf-8") as file:
            before = file.read()
        changed, count = re.subn(r"(?m)^title\s*=.*$", 'title = "#12fe34 bold"', before)
        need(count == 1, "the theme has no title line")
        with open(path, "w", encoding="utf-8") as file:
            file.write(changed)
        began = time.monotonic()
        while "38;2;18;254;52" not in s.coloured():
            need(time.monotonic() - began < 3, "the new colour does not appear")
            time.sleep(0.05)
        spent = time.monotonic() - began
        with open(path, "a", encoding="utf-8") as file:
            file.write("this is no line\n")
        s.see(r"x\.theme:[0-9]+", 3)
        s.key("2")
        s.see(r"\[2 Latency\]")
    need(spent <= 1.2, f"reloaded after {spent:.1f} s")
    return f"reloaded after {spent:.1f} s"
