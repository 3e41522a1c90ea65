"""Checks 10 to 13 and 18 to 23: keys, commands, search, talking, pasting."""

import json
import re
import time

import harness
from harness import Screen, need


def check_10(demo):
    """help holds every key; Escape restores the screen"""
    code, output, _ = harness.program("keys", "--json")
    need(code == 0, "keys --json failed")
    rows = json.loads(output)
    names = [row["action"] for row in rows["actions"]] if isinstance(rows, dict) else [row["action"] for row in rows]
    need(len(names) == len(set(names)), "an action is there twice")
    with Screen(120, 40, demo.arguments) as s:
        s.see("7 Compare")
        before = s.steady()
        footer = before.split("\n")[-2]
        s.key("?")
        s.see("type to filter")
        seen = set()
        for _ in range(len(names) + 5):
            seen.update(s.lines())
            s.key("Down", "Down", "Down", "Down", "Down")
            time.sleep(0.05)
            if s.text() == "\n".join(list(seen)[-1:]):
                break
        everything = "\n".join(seen)
        labels = re.findall(r"(\S+) ([a-z][a-z ]*?)(?=  |$)", footer.strip())
        need(len(labels) >= 3, f"footer not understood: {footer!r}")
        missing = [label for key, label in labels
                   if not re.search(rf"(?i)[│ /]{re.escape(key.lower())} .*\b{re.escape(label.split()[-1])}", everything)]
        need(not missing, f"in the footer, not in the help: {missing}")
        s.key("Escape")
        s.until(lambda text: text == before, 2, "the screen as before the help")
    return f"{len(names)} actions once each, {len(labels)} labels of the footer in the help"


def check_11(demo):
    """command palette"""
    with Screen(80, 24, demo.arguments) as s:
        s.see("7 Compare")
        s.type(":the")
        s.key("Tab")
        s.see(r":theme\b")
        s.key("C-u")
        s.type("nope")
        s.key("Enter")
        s.see("unknown command: nope")
        s.type(":")
        s.key("Escape")
        s.steady()
        s.key("2")
        s.see(r"\[2 Latency\]")
    return "completes, refuses, closes"


def check_12(demo):
    """search in the transcript"""
    with Screen(80, 24, demo.arguments) as s:
        s.see("7 Compare")
        s.steady()
        before = s.coloured()
        s.type("/Lyon")
        s.key("Enter")
        # Three: the question, the tool's argument, a later turn.
        for count in (1, 2, 3):
            s.see(rf"match {count}/3")
            s.key("n")
        s.see(r"match 1/3")
        marked = s.coloured()
        need(marked != before, "nothing is highlighted")
        s.key("Escape")
        s.gone(r"match \d/\d")
        s.key("f")
        s.until(lambda _: s.coloured() == before, 3, "the screen before the search")
    return "1/3, 2/3, 3/3, around to 1/3, cleared"


def check_13(demo):
    """following and reading"""
    with Screen(80, 24, demo.live) as s:
        s.see("OPEN-MIC")
        for number in range(6):
            s.type(f":say question {number}")
            s.key("Enter")
            s.see(rf"question {number}")
            time.sleep(0.5)
        s.key("PPage")
        s.steady(8)
        top = s.lines()[4]
        for number in range(4):
            s.type(f":note remark {number}" if number % 2 else f":say more {number}")
            s.key("Enter")
            time.sleep(0.4)
        s.see(r"\d+ new")
        need(s.lines()[4] == top, f"the first line moved: {top!r} became {s.lines()[4]!r}")
        s.key("f")
        s.gone(r"\d+ new")
        s.see("following")
    return "first line kept, n new, f follows"


def check_18(demo):
    """mute is instant and visible, the provider then gets silence"""
    folder = demo.fresh("mute")
    demo.tone(f"{folder}/in.wav", seconds=8)
    with Screen(80, 24, f"{demo.bare} --audio fake:{folder}/in.wav,{folder}/out.wav,{folder}/sent.wav") as s:
        s.see("OPEN-MIC")
        time.sleep(1.5)
        s.key("m")
        spent = s.see("MUTED", 1)
        time.sleep(1.5)
        s.key("m")
        s.gone("MUTED", 1)
        time.sleep(1)
        s.key("q")
        s.see("rc=0")
    runs = demo.runs(f"{folder}/sent.wav")
    need(len(runs) == 3 and runs[1][0] == 0 and runs[1][1] >= 1.2, f"loud and silent stretches sent: {runs}")
    need(spent <= 0.3, f"MUTED after {spent * 1000:.0f} ms")
    return f"MUTED after {spent * 1000:.0f} ms; {runs[1][1]:.2f} s of zeros sent between {runs[0][1]:.2f} and {runs[2][1]:.2f} s of tone"


def check_19(demo):
    """tap to talk"""
    with Screen(80, 24, demo.live) as s:
        s.see("OPEN-MIC")
        s.key("v")
        s.see("PTT")
        s.key("Space")
        s.see("TALKING")
        s.key("Space")
        s.gone("TALKING")
        s.see("PTT")
    return "Space opens, Space closes; the end after 30 s is a test on manual time (UpdateTests)"


def button(s):
    """Column and row of [TALK], from 0."""
    for row, line in enumerate(s.lines()):
        column = line.find("[TALK]")
        if column >= 0:
            return harness.width(line[:column]) + 2, row
    raise harness.Failed("no [TALK] on\n" + s.text())


def check_20(demo):
    """mouse held to talk, old and new reports"""
    for name in ("X10", "SGR"):
        with Screen(80, 24, demo.live) as s:
            s.see("OPEN-MIC")
            s.key("v")
            s.see("PTT")
            column, row = button(s)
            time.sleep(0.6)
            if name == "X10":
                s.type("\x1b[M" + chr(32) + chr(33 + column) + chr(33 + row))
            else:
                s.type(f"\x1b[<0;{column + 1};{row + 1}M")
            s.see("TALKING")
            time.sleep(0.5)
            if name == "X10":
                s.type("\x1b[M" + chr(35) + chr(33 + column) + chr(33 + row))
            else:
                s.type(f"\x1b[<0;{column + 1};{row + 1}m")
            s.gone("TALKING")
    return "X10 and SGR"


def check_21(demo):
    """key held to talk, kitty protocol"""
    with Screen(80, 24, demo.live + " --kitty=force", raw=True) as s:
        s.see("OPEN-MIC")
        s.key("v")
        s.see("PTT")
        s.type("\x1b[32;1:1u")
        s.see("TALKING")
        for _ in range(3):
            time.sleep(0.25)
            s.type("\x1b[32;1:2u")
        need(s.has("TALKING"), "a repeat closed it")
        s.type("\x1b[32;1:3u")
        s.gone("TALKING")
        s.key("q")
        s.see("rc=0")
        raw = s.raw()
    need(b"\x1b[>" in raw and b"\x1b[<u" in raw, "the protocol was not pushed and popped")
    return "held, repeated, let go; popped at the end"


def check_22(demo):
    """unknown sequences never act"""
    with Screen(80, 24, demo.arguments) as s:
        s.see("7 Compare")
        before = s.steady()
        for sequence in ("\x1b[99;1:3u", "\x1b[?997;1n", "\x1b[1;2;3q", "\x1b]11;rgb:0/0/0\x1b\\", "\x1bP1$r0m\x1b\\",
                         "\x1b[200;5~", "\x1bOZ"):
            s.type(sequence)
            time.sleep(0.05)
        need(s.steady() == before, "the screen changed:\n" + s.text())
        need(s.alive(), "it ended")
    return "seven sequences swallowed"


def check_23(demo):
    """a paste is text, not keys"""
    with Screen(80, 24, demo.live) as s:
        s.see("OPEN-MIC")
        s.paste("qmh:quit")
        s.see("pasted 8")
        need(s.alive() and not s.has("MUTED"), "the paste acted")
        s.key("i")
        s.paste("hello there")
        s.see("hello there")
        s.key("C-u")
        s.paste("one\ntwo")
        s.see(r"paste 2 lines")
        s.key("n")
        s.steady(8)
        need(not s.has(r"you +one"), "it was sent without a yes")
    return "told in normal mode, text in the field, two lines asked for"
