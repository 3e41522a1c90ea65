import FoundationEssentials

/// The JSON form of events: one object a record, `type` names the case, the payload's fields stand beside it.
extension Event: Codable {
    private enum Key: String, CodingKey { case type }

    /// The name of each case in JSON.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        case sessionStarted, sessionEnded, stateChanged, providerChanged, userSpeechStarted, userSpeechStopped,
            userTranscript, agentText, agentSpeechStarted, agentSpeechProgress, agentSpeechStopped, bargeIn,
            agentYielded, speechIgnored,
            turnStarted, turnEnded, toolCallStarted, toolCallEnded, providerSwitch, textSubmitted,
            dtmf, usage, trouble, troubleCleared, recording, gap,
            health, audioFormat, wire, operatorAction, commandRefused, note,
            system
    }

    /// The case's name in JSON.
    public var kind: Kind { content.kind }

    private var content: (kind: Kind, payload: any Encodable & Sendable) {
        switch self {
        case .sessionStarted(let p): (.sessionStarted, p)
        case .sessionEnded(let p): (.sessionEnded, p)
        case .stateChanged(let p): (.stateChanged, p)
        case .providerChanged(let p): (.providerChanged, p)
        case .userSpeechStarted(let p): (.userSpeechStarted, p)
        case .userSpeechStopped(let p): (.userSpeechStopped, p)
        case .userTranscript(let p): (.userTranscript, p)
        case .agentText(let p): (.agentText, p)
        case .agentSpeechStarted(let p): (.agentSpeechStarted, p)
        case .agentSpeechProgress(let p): (.agentSpeechProgress, p)
        case .agentSpeechStopped(let p): (.agentSpeechStopped, p)
        case .bargeIn(let p): (.bargeIn, p)
        case .agentYielded(let p): (.agentYielded, p)
        case .speechIgnored(let p): (.speechIgnored, p)
        case .turnStarted(let p): (.turnStarted, p)
        case .turnEnded(let p): (.turnEnded, p)
        case .toolCallStarted(let p): (.toolCallStarted, p)
        case .toolCallEnded(let p): (.toolCallEnded, p)
        case .providerSwitch(let p): (.providerSwitch, p)
        case .textSubmitted(let p): (.textSubmitted, p)
        case .dtmf(let p): (.dtmf, p)
        case .usage(let p): (.usage, p)
        case .trouble(let p): (.trouble, p)
        case .troubleCleared(let p): (.troubleCleared, p)
        case .recording(let p): (.recording, p)
        case .gap(let p): (.gap, p)
        case .health(let p): (.health, p)
        case .audioFormat(let p): (.audioFormat, p)
        case .wire(let p): (.wire, p)
        case .operatorAction(let p): (.operatorAction, p)
        case .commandRefused(let p): (.commandRefused, p)
        case .note(let p): (.note, p)
        case .system(let p): (.system, p)
        }
    }

    /// Writes `type` and the payload's fields into one object.
    public func encode(to encoder: any Encoder) throws {
        let (kind, payload) = content
        var object = encoder.container(keyedBy: Key.self)
        try object.encode(kind, forKey: .type)
        try payload.encode(to: encoder)
    }

    /// Reads one object by its `type`.
    public init(from decoder: any Decoder) throws {
        let kind = try decoder.container(keyedBy: Key.self).decode(Kind.self, forKey: .type)
        switch kind {
        case .sessionStarted: self = .sessionStarted(try SessionStart(from: decoder))
        case .sessionEnded: self = .sessionEnded(try SessionEnd(from: decoder))
        case .stateChanged: self = .stateChanged(try StateChange(from: decoder))
        case .providerChanged: self = .providerChanged(try ProviderChange(from: decoder))
        case .userSpeechStarted: self = .userSpeechStarted(try SpeechMark(from: decoder))
        case .userSpeechStopped: self = .userSpeechStopped(try SpeechMark(from: decoder))
        case .userTranscript: self = .userTranscript(try UserTranscript(from: decoder))
        case .agentText: self = .agentText(try AgentText(from: decoder))
        case .agentSpeechStarted: self = .agentSpeechStarted(try AgentSpeech(from: decoder))
        case .agentSpeechProgress: self = .agentSpeechProgress(try AgentSpeech(from: decoder))
        case .agentSpeechStopped: self = .agentSpeechStopped(try AgentSpeech(from: decoder))
        case .bargeIn: self = .bargeIn(try BargeIn(from: decoder))
        case .agentYielded: self = .agentYielded(try AgentYield(from: decoder))
        case .speechIgnored: self = .speechIgnored(try SpeechIgnored(from: decoder))
        case .turnStarted: self = .turnStarted(try TurnStart(from: decoder))
        case .turnEnded: self = .turnEnded(try TurnReport(from: decoder))
        case .toolCallStarted: self = .toolCallStarted(try ToolCallStart(from: decoder))
        case .toolCallEnded: self = .toolCallEnded(try ToolCallEnd(from: decoder))
        case .providerSwitch: self = .providerSwitch(try ProviderSwitch(from: decoder))
        case .textSubmitted: self = .textSubmitted(try TextSubmitted(from: decoder))
        case .dtmf: self = .dtmf(try DTMF(from: decoder))
        case .usage: self = .usage(try Usage(from: decoder))
        case .trouble: self = .trouble(try Trouble(from: decoder))
        case .troubleCleared: self = .troubleCleared(try TroubleCleared(from: decoder))
        case .recording: self = .recording(try RecordingChange(from: decoder))
        case .gap: self = .gap(try AudioGap(from: decoder))
        case .health: self = .health(try Health(from: decoder))
        case .audioFormat: self = .audioFormat(try AudioFormat(from: decoder))
        case .wire: self = .wire(try WireMessage(from: decoder))
        case .operatorAction: self = .operatorAction(try OperatorAction(from: decoder))
        case .commandRefused: self = .commandRefused(try CommandRefusal(from: decoder))
        case .note: self = .note(try Note(from: decoder))
        case .system: self = .system(try SystemReport(from: decoder))
        }
    }
}

extension EventRecord: Codable {
    private enum Key: String, CodingKey { case sequence = "seq", time = "t", wall, audio, session }

    /// Writes place and event into one object; times are nanoseconds.
    public func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: Key.self)
        try object.encode(sequence, forKey: .sequence)
        try object.encode(time.nanoseconds, forKey: .time)
        try object.encode(wall.nanoseconds, forKey: .wall)
        try object.encode(audio, forKey: .audio)
        try object.encodeIfPresent(session, forKey: .session)
        try event.encode(to: encoder)
    }

    /// Reads one record.
    public init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: Key.self)
        self.init(
            sequence: try object.decode(UInt64.self, forKey: .sequence),
            time: MonotonicTime(nanoseconds: try object.decode(Int64.self, forKey: .time)),
            wall: WallTime(nanoseconds: try object.decode(Int64.self, forKey: .wall)),
            audio: try object.decode(Int64.self, forKey: .audio),
            session: try object.decodeIfPresent(SessionID.self, forKey: .session), event: try Event(from: decoder))
    }
}

/// Reads and writes JSON lines of records and commands. Stateless; any thread but the engine's hot path.
public enum EventCodec {
    /// One record as JSON without a line end.
    public static func encode(_ record: EventRecord) throws -> [UInt8] { try encode(any: record) }

    /// Any value as compact JSON with sorted keys.
    public static func encode(any value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }

    /// One record from one line.
    public static func decode(_ line: some Collection<UInt8>) throws -> EventRecord {
        try JSONDecoder().decode(EventRecord.self, from: Data(line))
    }

    /// Any value from JSON.
    public static func decode<T: Decodable>(_ type: T.Type, from bytes: some Collection<UInt8>) throws -> T {
        try JSONDecoder().decode(type, from: Data(bytes))
    }
}
