import Core
import Glibc
import ProviderKit

/// What the scripted provider does: timing, faults and what it says. All of it follows from the seed.
struct MockScenario: Sendable, Equatable {
    /// A tool call in a reply.
    struct Tool: Sendable, Equatable {
        var name: String
        /// Arguments as JSON text.
        var arguments = "{}"
    }

    /// One answer of the agent; used in turn, the last again and again when `repeats` is off.
    struct Reply: Sendable, Equatable {
        var text: String
        /// Length of the audio; nil lets the text decide.
        var seconds: Double?
        /// Extra time before this answer.
        var delayMs = 0
        /// Called before the text is said; the text then follows the results.
        var tools: [Tool] = []
        /// The connection is lost after so much audio of the answer.
        var disconnectAfterMs: Int?
        /// The answer fails with this text.
        var failure: String?
        /// The agent asks to end the call after this answer, with this reason.
        var hangUp: String?
    }

    /// How much faster than real time audio is delivered, at most.
    static let speeds = 0.25...1000.0

    var seed: UInt64 = 1
    var rate = 24000
    var connectMs = 20
    var latencyMs = 300
    var jitterMs = 0
    var chunkMs = 100
    var speed = 4.0
    /// Answers are a steady tone of this frequency instead of a voice.
    var toneHz: Int?
    /// Share of answers that fail, 0...1.
    var errorRate = 0.0
    /// Whether the provider ends the user's turn by energy; otherwise the session does.
    var detectsTurns = true
    var bargeIn = true
    /// Level over which a frame counts as speech.
    var thresholdDBFS = -40.0
    var onsetMs = 60
    var silenceMs = 500
    /// The connection is lost after this time.
    var disconnectAfterMs: Int?
    /// The provider announces its end for this time.
    var sessionLimitMs: Int?
    /// The first answer to `start` is a refusal of this code (`auth`, `quota`, `rate-limit`, `lost`).
    var refuse: String?
    var transcripts: [String] = []
    var replies: [Reply] = [Reply(text: "I heard you. This is a scripted answer; nothing was sent anywhere.")]
    /// Whether the replies begin again after the last.
    var repeats = true

    static let names = [
        "seed", "rate", "connect_ms", "latency_ms", "jitter_ms", "chunk_ms", "speed", "tone_hz", "error_rate",
        "endpointing",
        "barge_in", "threshold_dbfs", "onset_ms", "silence_ms", "disconnect_after_ms", "session_limit_ms", "refuse",
        "transcripts", "replies", "repeat",
    ]

    /// The defaults.
    init() {}

    /// The options of a configuration, over the file named by the option `scenario`.
    init(_ configuration: ProviderConfiguration) throws(ConfigurationError) {
        let reader = OptionReader(configuration)
        try reader.refuseUnknown(["scenario"] + Self.names)
        if let path = try reader.text("scenario") { self = try MockScenario(file: path) }
        try read(reader)
    }

    /// A scenario file. The error names file and line.
    init(file path: String) throws(ConfigurationError) {
        self = try MockScenario(text: try Self.contents(path), name: path)
    }

    /// The text of a scenario file called `name`.
    init(text: [UInt8], name: String) throws(ConfigurationError) {
        let json: JSONValue
        do throws(JSONError) { json = try JSONParser.parse(text) } catch {
            throw ConfigurationError(
                place: "\(name):\(JSONLocator.line(at: error.offset, in: text))", cause: error.cause,
                fix: "correct the JSON there")
        }
        let reader = OptionReader(json) { path in
            let place = "\(name):\(JSONLocator.line(of: path, in: text))"
            return path.isEmpty ? place : "\(place) \(path.joined(separator: "."))"
        }
        try reader.refuseUnknown(Self.names)
        try read(reader)
    }

    private mutating func read(_ reader: OptionReader) throws(ConfigurationError) {
        seed = try reader.int("seed", 0...Int.max).map { UInt64($0) } ?? seed
        rate = try reader.int("rate", 8000...48000) ?? rate
        connectMs = try reader.int("connect_ms", 0...60_000) ?? connectMs
        latencyMs = try reader.int("latency_ms", 0...60_000) ?? latencyMs
        jitterMs = try reader.int("jitter_ms", 0...60_000) ?? jitterMs
        chunkMs = try reader.int("chunk_ms", 5...1000) ?? chunkMs
        speed = try reader.number("speed", Self.speeds) ?? speed
        toneHz = try reader.int("tone_hz", 50...3800) ?? toneHz
        errorRate = try reader.number("error_rate", 0...1) ?? errorRate
        if let who = try reader.text("endpointing", oneOf: ["provider", "local"]) { detectsTurns = who == "provider" }
        bargeIn = try reader.flag("barge_in") ?? bargeIn
        thresholdDBFS = try reader.number("threshold_dbfs", -90...0) ?? thresholdDBFS
        onsetMs = try reader.int("onset_ms", 0...2000) ?? onsetMs
        silenceMs = try reader.int("silence_ms", 20...10_000) ?? silenceMs
        disconnectAfterMs = try reader.int("disconnect_after_ms", 0...86_400_000) ?? disconnectAfterMs
        sessionLimitMs = try reader.int("session_limit_ms", 1...86_400_000) ?? sessionLimitMs
        refuse = try reader.text("refuse", oneOf: ["auth", "quota", "rate-limit", "lost"]) ?? refuse
        repeats = try reader.flag("repeat") ?? repeats
        try readTexts(reader)
    }

    private mutating func readTexts(_ reader: OptionReader) throws(ConfigurationError) {
        var texts: [String] = []
        for (index, entry) in try reader.list("transcripts").enumerated() {
            guard let text = entry.value.string else {
                throw reader.fault("transcripts.\(index)", "must be text", "put it in quotes")
            }
            texts.append(text)
        }
        if !texts.isEmpty { transcripts = texts }
        var list: [Reply] = []
        for entry in try reader.list("replies") { list.append(try Reply(entry.value, entry.reader)) }
        if !list.isEmpty { replies = list }
    }

    /// The bytes of a file of at most 1 MiB.
    private static func contents(_ path: String) throws(ConfigurationError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw ConfigurationError(
                place: path, cause: "the scenario cannot be read (\(String(cString: strerror(errno))))",
                fix: "check path and permissions")
        }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20 + 1)
        var count = 0
        while count < bytes.count {
            let got = bytes.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress?.advanced(by: count), $0.count - count)
            }
            guard got > 0 else { break }
            count += got
        }
        guard count < bytes.count else {
            throw ConfigurationError(place: path, cause: "the scenario is larger than 1 MiB", fix: "use a smaller file")
        }
        return Array(bytes[..<count])
    }
}

extension MockScenario.Reply {
    /// A text alone, or a map.
    init(_ value: JSONValue, _ reader: OptionReader) throws(ConfigurationError) {
        if let text = value.string {
            self.init(text: text)
            return
        }
        try reader.refuseUnknown([
            "text", "seconds", "delay_ms", "tools", "disconnect_after_ms", "failure", "hang_up",
        ])
        guard let text = try reader.text("text") else {
            throw reader.fault("text", "is missing", "write what the agent says")
        }
        self.init(text: text)
        seconds = try reader.number("seconds", 0...3600)
        delayMs = try reader.int("delay_ms", 0...600_000) ?? 0
        disconnectAfterMs = try reader.int("disconnect_after_ms", 0...600_000)
        failure = try reader.text("failure")
        hangUp = try reader.text("hang_up")
        for entry in try reader.list("tools") {
            try entry.reader.refuseUnknown(["name", "arguments"])
            guard let name = try entry.reader.text("name") else {
                throw entry.reader.fault("name", "is missing", "write the tool's name")
            }
            let arguments = entry.reader.raw("arguments")
            tools.append(MockScenario.Tool(name: name, arguments: arguments?.string ?? arguments?.text ?? "{}"))
        }
    }
}
