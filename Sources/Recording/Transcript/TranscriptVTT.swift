import Core

/// WebVTT of cues: `<v You>` and `<v Agent>`, text from outside made harmless.
public enum TranscriptVTT {
    /// The whole file.
    public static func text(_ cues: [TranscriptCue], note: String? = nil) -> String {
        var out = "WEBVTT\n"
        if let note { out += "\nNOTE \(plain(note))\n" }
        for cue in cues {
            out += "\n\(time(cue.start, ".")) --> \(time(max(cue.end, cue.start + 0.001), "."))\n"
            out += "<v \(cue.speaker.rawValue)>\(escaped(cue.text))\n"
        }
        return out
    }

    /// `HH:MM:SS.mmm`; `mark` stands before the milliseconds.
    public static func time(_ seconds: Double, _ mark: String) -> String {
        let total = seconds.isFinite ? Int(min(max(seconds, 0), 3_600_000) * 1000 + 0.5) : 0
        func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
        let millis = total % 1000
        return two(total / 3_600_000) + ":" + two(total / 60_000 % 60) + ":" + two(total / 1000 % 60) + mark
            + String(repeating: "0", count: millis < 10 ? 2 : millis < 100 ? 1 : 0) + String(millis)
    }

    /// Text on one line without control characters (among them those that steer a terminal) and without direction marks.
    public static func plain(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x09, 0x0A, 0x0D, 0x2028, 0x2029: out += " "
            case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: continue
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    private static func escaped(_ text: String) -> String {
        var out = ""
        for character in plain(text) {
            switch character {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            default: out.append(character)
            }
        }
        return out
    }

    /// Whether `bytes` is WebVTT as we write it; otherwise what is wrong. Returns the number of cues.
    public static func check(_ bytes: [UInt8]) throws(Fault) -> Int {
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.first == "WEBVTT" else { throw Fault(description: "line 1 is not WEBVTT") }
        var cues = 0
        var last = -1.0
        for (index, line) in lines.enumerated() where line.contains(" --> ") && !line.hasPrefix("<v ") {
            let place = "line \(index + 1)"
            let parts = line.split(separator: " ")
            guard parts.count == 3, let from = seconds(parts[0]), let to = seconds(parts[2]), to > from else {
                throw Fault(description: "\(place): not a cue time")
            }
            guard from >= last else { throw Fault(description: "\(place): cues are out of order") }
            guard index + 1 < lines.count, lines[index + 1].hasPrefix("<v ") else {
                throw Fault(description: "\(place): the cue has no speaker")
            }
            last = from
            cues += 1
        }
        return cues
    }

    /// What is wrong with a transcript file.
    public struct Fault: Error, Sendable, Equatable, CustomStringConvertible {
        public var description: String
    }

    private static func seconds(_ text: Substring) -> Double? {
        let parts = text.split(separator: ":")
        guard parts.count == 3, let hours = Int(parts[0]), let minutes = Int(parts[1]), let rest = Double(parts[2]),
            hours >= 0, (0..<60).contains(minutes), rest >= 0, rest < 60
        else { return nil }
        return Double(hours * 3600 + minutes * 60) + rest
    }
}
