"""Checks 14 to 17, 24 and 25: transcript, figures, injection, switches."""

import re
import time

import harness
from harness import Screen, need


def check_14(demo):
    """a partial becomes final in its place"""
    with Screen(80, 24, demo.replay("steps", "--paused --at 3.5 --view talk")) as s:
        s.see("eigh▌")
        before = s.text()
        s.key("Right")
        s.see("at eight")
        need(not s.has("▌"), "the cursor of the partial stays")
        need(len(re.findall(r"^ you ", s.text(), re.M)) == len(re.findall(r"^ you ", before, re.M)), "a line was added")
    return "one line, replaced"


def check_15(demo):
    """cut words"""
    with Screen(120, 40, demo.arguments) as s:
        s.see(r"cut at 2\.31 ?s")
        s.see(r"11 of 18 words")
        line = next(line for line in s.coloured().split("\n") if "sun" in line and "afternoon" in line)
        need(re.search(r"\x1b\[([0-9;]*;)?9(;[0-9;]*)?m", line), "the cut words are not struck")
    with Screen(120, 40, demo.arguments, {"NO_COLOR": "1"}) as s:
        s.see(r"cut at 2\.31 ?s")
        need(re.search(r"\x1b\[[0-9;]*9m", s.coloured()) or s.has(r"\[cut:"), "without colour they are not told apart")
    return "struck, 11 of 18 words heard"


def parts_of(text):
    """Stage rows of the waterfall: name, ms or None, the rest of the row."""
    rows = []
    for line in text.split("\n"):
        if "sum = e2e" in line:
            break
        found = re.search(r"(vad hang|stt final|turn commit|llm ttft|tool|tts ttfb|model ttfa|playout|unattributed)\s.*?"
                          r"(\d+ ms|–)\s*(\S.*)?$", line)
        if found:
            ms = None if found[2] == "–" else int(found[2].split()[0])
            rows.append((found[1], ms, found[3] or ""))
    return rows


def check_16(demo):
    """the waterfall's parts sum to e2e"""
    with Screen(120, 40, demo.arguments) as s:
        s.see("waterfall")
        s.key("2")
        s.see(r"\[2 Latency\]")
        s.key("s")
        text = s.steady()
        e2e = re.search(r"Turn \d+ took (\d+\.\d+)s", text)
        rows = parts_of(text)
        need(e2e and rows, "no waterfall on\n" + text)
        total = sum(ms or 0 for _, ms, _ in rows)
        need(abs(total - float(e2e[1]) * 1000) <= 5, f"parts {total} ms, e2e {e2e[1]} s")
        need(any("setting" in rest for _, _, rest in rows), "no part says that a setting owns it")
        # The turn whose end of the answer is not known.
        for _ in range(12):
            if s.has(r"[Tt]urn 8 "):
                pass
            s.key("Down")
        text = s.steady()
        need("–" in text, "no missing anchor shown")
        need(not re.search(r"(tts ttfb|playout)\s+0 ms", text), "a missing anchor is shown as 0")
    return f"{total} ms of {float(e2e[1]) * 1000:.0f}"


def check_17(demo):
    """budget and percentiles"""
    with Screen(120, 40, demo.arguments) as s:
        s.see(r"turn 6 .*0\.98s ?!")
        need(re.search(r"p95 0\.\d\ds", s.lines()[0]), "no p95 with seven turns:\n" + s.lines()[0])
        need(not s.has(r"turn 7 .*0\.67s ?!"), "a turn within the budget is marked")
    with Screen(120, 40, demo.replay("steps", "--speed 0 --clock fixed --view talk")) as s:
        s.see("7 Compare")
        need("n<5" in s.steady().split("\n")[0], "percentiles of one turn")
    return "0.98 s is marked; n<5 below five turns"


CONTROLS = [b"\x1b]0;", b"\x1b]52", b"\x1b]8;", b"\x1bP", b"\x1b[2J\x1b[31mEVIL", b"\xc2\x9b", b"\xc2\x9d", b"\xc2\x90",
            "\u202e".encode(), "\u200b".encode(), "\U000e0041".encode()]


def check_24(demo):
    """injection"""
    for _ in range(2):
        with Screen(120, 40, demo.replay("evil", "--speed 0 --clock fixed --view talk"), raw=True) as s:
            s.see("7 Compare")
            title = s.title()
            s.steady(8)
            for view in "24567134":
                s.key(view)
                s.steady(8)
            s.key("1")
            text = s.steady()
            need(s.title() == title and "EVIL" not in s.title(), f"the title became {s.title()!r}")
            need(re.search(r"1 Talk.*7 Compare", text) and "? keys" in text, "strip or footer is damaged:\n" + text)
            need(re.search("␛|<1B>|\\^\\[", text), "the escape is not shown:\n" + text)
            s.key("q")
            s.see("rc=0")
            raw = s.raw()
            for mark in CONTROLS:
                need(mark not in raw, f"{mark!r} reached the terminal")
    for form in ("vtt", "srt", "csv", "json", "markdown"):
        code, output, errors = harness.program("sessions", "export", demo.path("evil"), "--format", form, "--output", "-")
        need(code == 0 and len(output) > 200, f"export {form}: {len(output)} bytes, {errors!r}")
        bad = [byte for byte in output if byte < 32 and byte not in (9, 10, 13)]
        need(not bad and not any(mark in output for mark in CONTROLS), f"{form}: control bytes {bad[:5]} in the export")
    return "screen twice, five exports: no control byte of theirs"


def check_25(demo):
    """provider switch and undo"""
    config = demo.config("switch", """
provider: first
providers:
  first: {type: mock}
  second: {type: mock, options: {latency_ms: 200}}
  broken: {type: mock, options: {refuse: auth}}
""")
    with Screen(120, 40, f"--no-record --config {config}") as s:
        s.see("first")
        s.type(":say hello")
        s.key("Enter")
        s.see("turn 1")
        s.key("p")
        s.see("broken")
        for _ in range(12):
            line = next((line for line in s.lines() if re.search(r"[>▸❯►]\s*second", line)), None)
            if line:
                break
            s.key("Down")
            time.sleep(0.1)
        need(line, "the list's cursor does not come to second:\n" + s.text())
        s.key("Enter")
        s.see(r"provider switched +first → second")
        need("second" in s.lines()[0], "the strip says " + s.lines()[0])
        s.type(":say again")
        s.key("Enter")
        s.see("turn 2")
        s.key("u")
        s.until(lambda text: "first" in text.split("\n")[0], 5, "first in the strip")
        s.type(":provider broken")
        s.key("Enter")
        s.see("switch failed|could not switch|not switched")
        need("first" in s.lines()[0], "the strip says " + s.lines()[0])
    return "switched, counted on, undone; a refused one keeps the old"
