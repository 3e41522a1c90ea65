"""Session folders for the checks of the screen: made here, the same bytes every time."""

import array
import json
import math
import os
import struct

RATE = 8000
START = 1_000_000_000_000
WALL = 1_795_269_749_000_000_000  # 2026-11-21T14:02:29Z


class Recorded:
    """A session written step by step on a made-up clock."""

    def __init__(self, session, provider="openai", leg="device"):
        self.session, self.provider, self.ms = session, provider, 0
        self.lines, self.speech = [], {"user": [], "agent": []}
        self.start = {
            "agent": "concierge", "leg": leg, "model": "gpt-realtime", "provider": provider, "sampleRate": RATE,
            "version": 1, "voice": "marin",
        }
        self.add("sessionStarted", **self.start)
        self.add("recording", state="on", folder=session)
        self.add("providerChanged", provider=provider, state="ready", connectMs=118)
        self.add("audioFormat", leg="hw:0 8000", legRate=RATE, providerInputRate=24000, providerOutputRate=24000)
        self.add("stateChanged", state="listening")

    def add(self, kind, **fields):
        fields = {key: value for key, value in fields.items() if value is not None}
        self.lines.append({
            "seq": len(self.lines) + 1, "t": START + self.ms * 1_000_000, "wall": WALL + self.ms * 1_000_000,
            "audio": self.ms * RATE // 1000, "session": self.session, "type": kind, **fields,
        })

    def wait(self, ms):
        self.ms += ms

    def user(self, turn, text, ms=1200, partials=(), final=True):
        self.add("turnStarted", turn=turn, trigger="speech")
        self.add("userSpeechStarted", detector="local", probability=0.83, turn=turn)
        begin, step = self.ms, ms // (len(partials) + 1)
        for partial in partials:
            self.wait(step)
            self.add("userTranscript", item=f"u{turn}", turn=turn, text=partial, isFinal=False)
        self.wait(ms - step * len(partials))
        self.speech["user"].append((begin, self.ms))
        if not final:
            return
        self.wait(200)
        self.add("userSpeechStopped", detector="local", probability=0.08, turn=turn)
        self.wait(85)
        self.add("userTranscript", item=f"u{turn}", turn=turn, text=text, isFinal=True)
        self.add("stateChanged", state="thinking")

    def agent(self, turn, text, ms, heard=None, think=400):
        """The agent speaks `ms`; with `heard` it is cut there."""
        self.wait(think)
        self.add("agentText", item=f"a{turn}", turn=turn, text=text, isFinal=True)
        speech = {"item": f"a{turn}", "turn": turn, "generatedMs": ms}
        self.add("agentSpeechStarted", **speech, heardMs=0, wasCut=False)
        self.add("stateChanged", state="speaking")
        begin, end = self.ms, heard or ms
        while self.ms - begin + 200 < end:
            self.wait(200)
            self.add("agentSpeechProgress", **speech, heardMs=self.ms - begin, wasCut=False)
        self.wait(begin + end - self.ms)
        self.speech["agent"].append((begin, self.ms))
        if heard:
            self.add("bargeIn", **speech, heardMs=heard, detector="local", detectMs=180, probability=0.83,
                     reason=f"user speech p 0.83 while agent at {heard / 1000:.1f} s")
        self.add("agentSpeechStopped", **speech, heardMs=end, wasCut=heard is not None)
        self.add("stateChanged", state="listening")

    def report(self, turn, parts, outcome="completed", e2e="sum"):
        rows = [{"name": name, "ms": ms, "owner": owner} for name, ms, owner in parts]
        total = sum(ms for _, ms, _ in parts) if e2e == "sum" else e2e
        self.add("turnEnded", turn=turn, outcome=outcome, e2eMs=total, parts=rows, provider=self.provider)
        self.add("usage", provider=self.provider, inputTokens=210, outputTokens=64, dollars=0.0041)

    def tool(self, turn, name, arguments, output, ms, outcome="result"):
        self.add("toolCallStarted", id=f"t{turn}", turn=turn, name=name, arguments=arguments)
        self.wait(ms)
        self.add("toolCallEnded", id=f"t{turn}", turn=turn, name=name, output=output, outcome=outcome, ms=ms)

    def end(self, reason="hang-up"):
        self.add("sessionEnded", by="caller", reason=reason)

    def _samples(self):
        frames = self.ms * RATE // 1000
        samples = array.array("h", bytes(frames * 4))
        for side, (name, pitch) in enumerate((("user", 440), ("agent", 880))):
            for begin, end in self.speech[name]:
                for i in range(begin * RATE // 1000, min(frames, end * RATE // 1000)):
                    samples[2 * i + side] = int(8000 * math.sin(2 * math.pi * pitch * i / RATE))
        return samples

    def write(self, folder):
        os.makedirs(folder, mode=0o700)
        data = self._samples().tobytes()
        header = (
            b"RIFF" + struct.pack("<I", 72 + len(data)) + b"WAVEJUNK" + struct.pack("<I", 28) + bytes(28)
            + b"fmt " + struct.pack("<IHHIIHH", 16, 1, 2, RATE, RATE * 4, 4, 16) + b"data" + struct.pack("<I", len(data)))
        with open(os.path.join(folder, "audio.wav"), "wb") as file:
            file.write(header + data)
        with open(os.path.join(folder, "events.jsonl"), "w", encoding="utf-8") as file:
            for line in self.lines:
                file.write(json.dumps(line, separators=(",", ":"), ensure_ascii=False, sort_keys=True) + "\n")
        last = self.lines[-1]
        anchors = [{"audio": 0, "t": START, "wall": WALL}, {key: last[key] for key in ("audio", "t", "wall")}]
        meta = {
            "anchors": anchors, "application": "sidetone", "audio": [{"at": 0, "file": "audio.wav"}], "degradedReasons": [],
            "endReason": "caller: hang-up", "ended": "2026-11-21T14:03:40.000Z", "frames": len(data) // 4,
            "isDegraded": False, "logs": ["events.jsonl"], "records": len(self.lines), "session": self.session,
            "start": self.start, "started": "2026-11-21T14:02:29.000Z", "state": "ended", "version": 1,
        }
        with open(os.path.join(folder, "meta.json"), "w", encoding="utf-8") as file:
            json.dump(meta, file, sort_keys=True)
        return folder


USUAL = [("vad_hang", 200, "setting"), ("stt_final", 85, "service"), ("turn_commit", 40, "setting"),
         ("llm_ttft", 200, "service"), ("tts_ttfb", 95, "service"), ("playout", 50, "transport")]


def demo(folder):
    """Nine turns: a tool, a barge-in over budget, a switch, a missing anchor, a turn that is still being said."""
    r = Recorded("3f2a9c1e")
    for turn, (question, answer) in enumerate([
        ("Hello, who is there?", "This is the concierge. What can I do?"),
        ("Which rooms are free?", "Two rooms are free from Friday on."),
        ("Do they have a bath?", "Both have a bath and a balcony."),
        ("And breakfast?", "Breakfast is from seven to ten."),
    ], 1):
        r.user(turn, question)
        r.agent(turn, answer, 2000)
        r.report(turn, USUAL)
        r.wait(400)
    r.user(5, "What is the weather in Lyon tomorrow?")
    r.tool(5, "get_weather", '{"city":"Lyon","day":1}', '{"c":24,"sky":"sun"}', 182)
    r.agent(5, "Tomorrow it will be sunny, around 24 degrees.", 2600, think=200)
    r.report(5, USUAL[:3] + [("tool", 182, "tool")] + USUAL[3:])
    r.user(6, "And the day after", ms=900)
    r.agent(6, "The day after you can expect light rain in the morning and some sun in the afternoon again.", 3800,
            heard=2310)
    r.report(6, [("vad_hang", 200, "setting"), ("stt_final", 85, "service"), ("turn_commit", 40, "setting"),
                 ("llm_ttft", 430, "service"), ("tts_ttfb", 175, "service"), ("playout", 50, "transport")],
             outcome="interrupted")
    r.add("providerSwitch", **{"from": "openai", "to": "gemini", "phase": "done", "contextTurns": 6, "ms": 412})
    r.provider = "gemini"
    r.user(7, "Then Lyon it is.", ms=900)
    r.agent(7, "Good. I keep the room for you.", 1800)
    r.report(7, USUAL)
    r.user(8, "Book a table too", ms=900)
    r.tool(8, "book_table", '{"for":2}', "no answer within 5.0 s", 900, outcome="timedOut")
    r.agent(8, "I could not reach the restaurant.", 1800)
    r.report(8, [("vad_hang", 200, "setting"), ("stt_final", 85, "service"), ("llm_ttft", 350, "service")], e2e=None)
    r.user(9, "Try it again for two at eight", ms=1500, partials=["Try it again", "Try it again for two at eigh"],
           final=False)
    return r.write(folder)


def steps(folder):
    """A partial at 3.5 s that is final at 8.5 s."""
    r = Recorded("57e95000")
    r.user(1, "Hello?", ms=500)
    r.agent(1, "Good evening.", 900)
    r.report(1, USUAL)
    r.user(2, "A table for two at eight", ms=1500, partials=["A table", "A table for two at eigh"], final=False)
    r.wait(2000)
    r.add("userTranscript", item="u2", turn=2, text="A table for two at eight", isFinal=True)
    r.wait(4000)
    r.end()
    return r.write(folder)


EVIL = ("\x1b]0;EVIL\x07 \x1b]52;c;RVZJTA==\x07 \x1b]8;;http://e/\x1b\\x \x1b[2J\x1b[31mEVIL \x1bP$q\"p\x1b\\ "
        "\u009b31m \u009d0;EVIL\u009c \u0090q \u202eright to left\u202c zero\u200bwidth tag\U000e0041\U000e0042 "
        + "e" + "\u0301" * 200 + " lone \x1b")


def evil(folder):
    """Hostile text wherever text from outside can be."""
    r = Recorded("e5110000")
    r.user(1, "caller says " + EVIL, partials=[EVIL])
    r.tool(1, "tool" + EVIL, '{"a":"' + EVIL + '"}', "result " + EVIL, 10)
    r.agent(1, "agent says " + EVIL, 2000)
    r.add("trouble", code="evil", severity="error", text="trouble " + EVIL, fix="fix " + EVIL)
    r.add("note", text="note " + EVIL)
    r.add("operatorAction", action="whisper " + EVIL)
    r.add("providerSwitch", phase="failed", **{"from": "a" + EVIL, "to": "b" + EVIL}, reason=EVIL)
    r.add("commandRefused", command="mute" + EVIL, reason=EVIL)
    r.report(1, USUAL)
    r.user(2, "x" * 100_000 + EVIL)
    r.agent(2, "short " + EVIL, 500)
    r.report(2, USUAL)
    r.end()
    return r.write(folder)


def flood(folder):
    """200 events a second, 60 s long."""
    r = Recorded("f100d000")
    turn = 0
    for _ in range(10):
        turn += 1
        r.user(turn, f"Question number {turn}?", ms=1000)
        r.add("agentText", item=f"a{turn}", turn=turn, text="", isFinal=False)
        speech = {"item": f"a{turn}", "turn": turn, "generatedMs": 5000}
        r.add("agentSpeechStarted", **speech, heardMs=0, wasCut=False)
        begin = r.ms
        for step in range(1000):
            r.wait(5)
            if step % 2:
                r.add("agentSpeechProgress", **speech, heardMs=r.ms - begin, wasCut=False)
            else:
                text = " ".join(f"word{i}" for i in range(step // 40 + 1))
                r.add("agentText", item=f"a{turn}", turn=turn, text=text, isFinal=False)
        r.speech["agent"].append((begin, r.ms))
        r.add("agentSpeechStopped", **speech, heardMs=5000, wasCut=False)
        r.report(turn, USUAL)
    r.end()
    return r.write(folder)
