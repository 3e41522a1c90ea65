import Core
import Recording

/// One document with everything: meta data, turns, transcript, tool calls, switches, troubles.
struct JSONExport: SessionExport {
    let name = "json"
    let fileEnd = "json"
    let summary = "one JSON document with everything but the audio"

    func text(_ session: ExportDocument) -> String {
        let document: JSONValue = [
            "format": "sidetone-session", "version": 1, "name": .string(session.name),
            "seconds": Self.number(session.seconds, 3), "isRedacted": .bool(session.isRedacted),
            "meta": Self.encoded(session.meta), "turns": .array(session.turns.map(Self.turn)),
            "transcript": .array(session.utterances.map(Self.utterance)),
            "tools": .array(session.turns.flatMap { turn in turn.calls.map { Self.call($0, turn.number) } }),
            "switches": Self.incidents(session, [.switched]), "bargeIns": Self.incidents(session, [.bargeIn]),
            "troubles": Self.incidents(session, [.trouble, .gap]), "remarks": Self.incidents(session, [.remark]),
            "faults": .array(session.faults.map { .string($0) }),
        ]
        return Self.visible(document.text) + "\n"
    }

    /// Control and direction characters above ASCII as `\u` escapes: the text stays what it was and steers no terminal. Such
    /// characters stand in strings only.
    static func visible(_ json: String) -> String {
        var out = String.UnicodeScalarView()
        for scalar in json.unicodeScalars {
            switch scalar.value {
            case 0x80..<0xA0, 0x61C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF:
                let hex = String(scalar.value, radix: 16)
                out.append(contentsOf: ("\\u" + String(repeating: "0", count: 4 - hex.count) + hex).unicodeScalars)
            default: out.append(scalar)
            }
        }
        return String(out)
    }

    private static func encoded(_ value: some Encodable) -> JSONValue {
        guard let bytes = try? EventCodec.encode(any: value), let json = try? JSONParser.parse(bytes) else {
            return .null
        }
        return json
    }

    private static func number(_ value: Double?, _ digits: Int) -> JSONValue {
        guard let value, let rounded = Double(ExportNumber.fixed(value, digits)) else { return .null }
        return .double(rounded)
    }

    private static func turn(_ turn: ExportTurn) -> JSONValue {
        [
            "turn": .int(Int64(turn.number)), "start": number(turn.start, 3),
            "trigger": turn.trigger.map { .string($0.rawValue) } ?? .null, "user": .string(turn.userText),
            "agent": .string(turn.agentText), "heardShare": number(turn.heardShare, 3),
            "outcome": turn.outcome.map { .string($0.rawValue) } ?? .null, "e2eMs": number(turn.e2eMs, 1),
            "heardE2eMs": number(turn.heardE2eMs, 1),
            "parts": .array(
                turn.parts.map {
                    ["name": .string($0.name), "ms": number($0.ms, 1), "owner": .string($0.owner.rawValue)]
                }),
            "provider": .string(turn.provider), "costUSD": number(turn.dollars, 6),
        ]
    }

    private static func utterance(_ said: Utterance) -> JSONValue {
        [
            "speaker": said.speaker == .user ? "user" : "agent", "turn": .int(Int64(said.turn)),
            "start": number(said.start, 3), "end": number(said.end, 3), "text": .string(said.text),
            "heard": .string(said.words.filter(\.isHeard).map(\.text).joined(separator: " ")),
            "wasCut": .bool(said.wasCut), "isTyped": .bool(said.isTyped),
        ]
    }

    private static func call(_ call: ExportTurn.Call, _ turn: Int) -> JSONValue {
        [
            "id": .string(call.id), "turn": .int(Int64(turn)), "name": .string(call.name),
            "start": number(call.start, 3), "arguments": .string(call.arguments),
            "outcome": call.outcome.map { .string($0.rawValue) } ?? .null, "output": .string(call.output),
            "ms": number(call.ms, 1),
        ]
    }

    private static func incidents(_ session: ExportDocument, _ kinds: [Incident.Kind]) -> JSONValue {
        .array(
            session.incidents.filter { kinds.contains($0.kind) }.map {
                ["time": number($0.time, 3), "text": .string($0.text), "isBad": .bool($0.isBad)]
            })
    }
}
