import Core

/// Who serves an event stream; a console shows it and sees by it when the program is another one than before.
public struct ServiceIdentity: Sendable, Equatable {
    /// Random name of this run of the program.
    public var run: String
    /// Its process.
    public var pid: Int
    /// `talk` or `serve`.
    public var role: String
    /// Version of the program.
    public var version: String

    /// Who serves.
    public init(run: String = SessionID.random().text, pid: Int, role: String, version: String) {
        self.run = run
        self.pid = pid
        self.role = role
        self.version = version
    }
}

/// What goes over `/v1/events?console=1` besides event records: JSON texts that begin with their type, which a record's
/// (keys sorted) never do.
///
/// ```
/// server                                              console
/// {"type":"hello",…}                          ──>
/// records that rebuild the state of all sessions ──>
/// {"type":"told"}                             ──>
/// records as they happen, meters, missed      ──>
///                                             <──     {"id":1,"command":{"cutAgent":{}}}
/// {"type":"answer","id":1}                    ──>
/// ```
/// After `missed`, and when the console sends `{"retell":true}`, all is told again, from `hello` on.
enum StreamNote: Sendable, Equatable {
    static let version = 1
    /// Bytes that every note begins with.
    static let mark = Array(#"{"type":""#.utf8)

    /// What a console sends to be told all again.
    static let retell = Array(#"{"retell":true}"#.utf8)

    /// The telling begins: who serves, its clock, and the sessions that are live.
    case hello(ServiceIdentity, now: MonotonicTime, sessions: [SessionID])
    /// The telling is over.
    case told
    /// So many records could not be sent: the client reads too slowly.
    case missed(UInt64)
    /// What became of a command: nil is done, else the reason why not.
    case answer(id: Int, refused: String?)
    case meters([SessionID: MeterSnapshot])

    /// As JSON.
    var bytes: [UInt8] {
        switch self {
        case .hello(let who, let now, let sessions):
            let value: JSONValue = [
                "type": "hello", "version": .int(Int64(Self.version)), "run": .string(who.run),
                "pid": .int(Int64(who.pid)), "role": .string(who.role), "program": .string(who.version),
                "now": .int(now.nanoseconds), "sessions": .array(sessions.map { .string($0.text) }),
            ]
            return value.bytes
        case .told: return JSONValue.object([.init("type", "told")]).bytes
        case .missed(let count):
            let value: JSONValue = ["type": "missed", "count": .int(Int64(clamping: count))]
            return value.bytes
        case .answer(let id, let refused):
            var value: JSONValue = ["type": "answer", "id": .int(Int64(id))]
            if let refused { value["refused"] = .string(refused) }
            return value.bytes
        case .meters(let all):
            let rows = all.sorted { $0.key.text < $1.key.text }
                .map { JSONValue.Member($0.key.text, .array(Self.row($0.value))) }
            let value: JSONValue = ["type": "meters", "sessions": .object(rows)]
            return value.bytes
        }
    }

    /// Reads one note; nil when the bytes are none.
    init?(_ bytes: [UInt8]) {
        guard bytes.starts(with: Self.mark), let value = try? JSONParser.parse(bytes) else { return nil }
        switch value["type"]?.string {
        case "hello":
            guard let run = value["run"]?.string, let now = value["now"]?.int else { return nil }
            let who = ServiceIdentity(
                run: run, pid: value["pid"]?.int ?? 0, role: value["role"]?.string ?? "",
                version: value["program"]?.string ?? "")
            let sessions = value["sessions"]?.array?.compactMap { $0.string.map { SessionID($0) } } ?? []
            self = .hello(who, now: MonotonicTime(nanoseconds: Int64(now)), sessions: sessions)
        case "told": self = .told
        case "missed": self = .missed(UInt64(max(1, value["count"]?.int ?? 1)))
        case "answer":
            guard let id = value["id"]?.int else { return nil }
            self = .answer(id: id, refused: value["refused"]?.string)
        case "meters":
            var all: [SessionID: MeterSnapshot] = [:]
            for member in value["sessions"]?.members ?? [] {
                if let row = member.value.array { all[SessionID(member.key)] = Self.meters(row) }
            }
            self = .meters(all)
        default: return nil
        }
    }

    // MARK: - Meters

    /// Levels to a tenth of a decibel, in the order of `MeterSnapshot`.
    private static func row(_ meters: MeterSnapshot) -> [JSONValue] {
        [
            number(meters.userLevel), number(meters.userPeak), number(meters.speechProbability, 100),
            number(meters.speechThreshold, 100), number(meters.noiseFloor), .bool(meters.userSpeaking),
            number(meters.agentLevel), number(meters.agentPeak), number(meters.playoutQueueMs, 1),
            .bool(meters.isMuted),
        ]
    }

    private static func number(_ value: Double?, _ steps: Double = 10) -> JSONValue {
        guard let value, value.isFinite else { return .null }
        let short = (value * steps).rounded() / steps
        return short == short.rounded() && abs(short) < 1e6 ? .int(Int64(short)) : .double(short)
    }

    private static func meters(_ row: [JSONValue]) -> MeterSnapshot {
        func at(_ index: Int) -> JSONValue? { row.indices.contains(index) ? row[index] : nil }
        return MeterSnapshot(
            userLevel: at(0)?.double, userPeak: at(1)?.double, speechProbability: at(2)?.double ?? 0,
            speechThreshold: at(3)?.double ?? 0.5, noiseFloor: at(4)?.double, userSpeaking: at(5)?.bool ?? false,
            agentLevel: at(6)?.double, agentPeak: at(7)?.double, playoutQueueMs: at(8)?.double ?? 0,
            isMuted: at(9)?.bool ?? false)
    }
}

/// A command with the number that its answer carries.
struct NumberedCommand: Codable, Sendable {
    var id: Int
    var command: Command
}
