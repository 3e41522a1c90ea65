import Core

/// A session folder, opened. What cannot be read is told in `faults`; the rest is there.
public struct StoredSession: Sendable {
    /// The folder's name and path.
    public let name: String
    public let path: String
    /// `meta.json`, or what could be found out without it.
    public let meta: SessionMeta
    /// Whether `meta.json` itself could be read.
    public let hasMeta: Bool
    /// The event log.
    public let log: SessionLog
    /// The audio; nil when there is none that can be read.
    public let audio: SessionAudio?
    /// Whether a recorder is writing it now.
    public let isLive: Bool
    /// What could not be read, in words.
    public let faults: [String]
    /// Whether a newer program wrote it: what it says in ways of its own is not understood, and nothing in it may be changed.
    public let isNewer: Bool

    /// Seconds of audio, or of the log when there is no audio.
    public var seconds: Double {
        let last = log.records.last?.audio ?? 0
        return Double(max(audio?.frames ?? 0, last)) / Double(max(1, meta.start.sampleRate))
    }

    /// Opens a folder. Throws only when it is no session folder at all.
    public init(path given: String) throws(DiskError) {
        var path = given
        while path.utf8.count > 1, path.hasSuffix("/") { path.removeLast() }
        guard FolderListing.kind(path)?.kind == .folder else {
            throw DiskError("open", path, cause: "there is no such folder")
        }
        let names = try FolderListing.names(path)
        let files = SessionFiles(names: names)
        guard files.isSession else {
            throw DiskError(
                "open", path, cause: "it holds neither meta.json nor events.jsonl nor audio.wav: no session")
        }
        var faults: [String] = []
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let log = Self.log(path, files, &faults)
        isNewer = Self.version(path) > SessionMeta.currentVersion
        let read = Self.meta(path, &faults)
        self.path = path
        self.name = name
        self.log = log
        hasMeta = read != nil
        let meta = read ?? SessionMeta.guessed(folder: name, log: log)
        audio = Self.audio(path, files.segments(log: log, meta: meta), &faults)
        self.meta = meta
        isLive = files.logs.contains { (try? ReadFile(path + "/" + $0).isBeingWritten) ?? false }
        self.faults = faults
    }

    private static func log(_ path: String, _ files: SessionFiles, _ faults: inout [String]) -> SessionLog {
        if files.logs.isEmpty { faults.append("there is no events.jsonl") }
        var log = SessionLog()
        for name in files.logs {
            do throws(DiskError) { log.add(try ReadFile(path + "/" + name).readAll(), file: name) } catch {
                faults.append(error.description)
            }
        }
        return log
    }

    /// The version that `meta.json` names, whatever else stands in it; 0 when it names none.
    static func version(_ path: String) -> Int {
        struct Version: Decodable { var version: Int }
        let bytes = try? ReadFile(path + "/meta.json").readAll(limit: 1 << 20)
        return bytes.flatMap { try? EventCodec.decode(Version.self, from: $0) }?.version ?? 0
    }

    private static func meta(_ path: String, _ faults: inout [String]) -> SessionMeta? {
        do {
            let meta = try EventCodec.decode(
                SessionMeta.self, from: ReadFile(path + "/meta.json").readAll(limit: 1 << 20))
            guard meta.version <= SessionMeta.currentVersion else { return newer(meta.version, &faults) }
            return meta
        } catch let error as DiskError {
            faults.append(error.description)
        } catch {
            let version = version(path)
            if version > SessionMeta.currentVersion { return newer(version, &faults) }
            faults.append("meta.json is damaged: \(TranscriptVTT.plain(String(describing: error)).prefix(120))")
        }
        return nil
    }

    private static func newer(_ version: Int, _ faults: inout [String]) -> SessionMeta? {
        faults.append(
            "meta.json has version \(version); this program reads up to \(SessionMeta.currentVersion): use a newer one")
        return nil
    }

    private static func audio(_ path: String, _ segments: [SessionMeta.Segment], _ faults: inout [String])
        -> SessionAudio?
    {
        guard !segments.isEmpty else { return nil }
        do throws(DiskError) { return try SessionAudio(folder: path, segments: segments) } catch {
            faults.append(error.description)
            return nil
        }
    }
}

/// The names in a session folder, sorted out.
struct SessionFiles {
    let logs: [String]
    let audio: [String]
    let hasMeta: Bool
    let leftovers: [String]

    init(names: [String]) {
        logs = Self.numbered(names, "events", ".jsonl")
        audio = Self.numbered(names, "audio", ".wav")
        hasMeta = names.contains("meta.json")
        leftovers = ["meta.json.part", "transcript.vtt.part"].filter(names.contains)
    }

    var isSession: Bool { hasMeta || !logs.isEmpty || !audio.isEmpty }

    /// `events.jsonl`, `events-2.jsonl` … in order of their numbers.
    private static func numbered(_ names: [String], _ stem: String, _ end: String) -> [String] {
        names.compactMap { name -> (Int, String)? in
            guard name.hasPrefix(stem), name.hasSuffix(end) else { return nil }
            let middle = name.dropFirst(stem.count).dropLast(end.count)
            if middle.isEmpty { return (1, name) }
            guard middle.first == "-", let number = Int(middle.dropFirst()), number > 1 else { return nil }
            return (number, name)
        }.sorted { $0.0 < $1.0 }.map(\.1)
    }

    /// Where each audio file begins: the log's remarks know, else `meta.json`.
    func segments(log: SessionLog, meta: SessionMeta) -> [SessionMeta.Segment] {
        audio.map { name in
            let remark = log.remarks.last { $0.kind == .segment && $0.file == name }
            let known = meta.audio.last { $0.file == name }
            return SessionMeta.Segment(file: name, at: remark?.at ?? known?.at ?? 0)
        }
    }
}

extension SessionMeta {
    /// What is known of a session without its `meta.json`.
    static func guessed(folder: String, log: SessionLog) -> SessionMeta {
        let first = log.records.first
        let start = log.start ?? SessionStart(leg: .text, provider: "unknown", agent: "unknown", sampleRate: 8000)
        let id = first?.session ?? SessionID(folder.split(separator: "-").last.map(String.init) ?? "unknown")
        return SessionMeta(
            application: "unknown", session: id, wall: first?.wall ?? WallTime(nanoseconds: 0), start: start,
            state: .recording)
    }
}
