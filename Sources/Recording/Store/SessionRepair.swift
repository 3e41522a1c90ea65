import AudioKit
import Core
import Glibc

/// Brings a session folder that was cut off into order. It touches only files whose sizes or ends are inconsistent, keeps their
/// times, and never shortens what can be read.
public struct SessionRepair: Sendable {
    /// What was done to a folder.
    public struct Report: Sendable, Equatable, Codable {
        public var name: String
        /// What was changed, in words; empty when all was well.
        public var actions: [String] = []
        /// What could not be repaired.
        public var failures: [String] = []
    }

    /// Reports in one line: `recovered 2 recordings that were cut off: a, b`, with what failed.
    public static func words(_ reports: [Report]) -> String {
        let names = reports.prefix(3).map(\.name).joined(separator: ", ") + (reports.count > 3 ? " …" : "")
        let count = reports.count == 1 ? "a recording that was" : "\(reports.count) recordings that were"
        let failures = reports.flatMap(\.failures)
        return "recovered \(count) cut off: \(names)"
            + (failures.isEmpty ? "" : "; " + failures.joined(separator: "; "))
    }

    private let path: String
    private var report: Report

    /// Repairs the folder at `path`. A session that is being recorded is left alone.
    public static func run(path: String) -> Report {
        var repair = SessionRepair(path: path)
        do throws(DiskError) { try repair.all() } catch { repair.report.failures.append(error.description) }
        return repair.report
    }

    private init(path: String) {
        self.path = path
        report = Report(name: path.split(separator: "/").last.map(String.init) ?? path)
    }

    private mutating func all() throws(DiskError) {
        if try holdsNothing() {
            try FolderListing.removeTree(path)
            report.actions.append("removed: nothing had been recorded yet")
            return
        }
        let before = try StoredSession(path: path)
        guard !before.isLive, !before.isNewer else { return }
        let files = SessionFiles(names: try FolderListing.names(path))
        let isCut = !before.hasMeta || before.meta.state == .recording
        for name in files.leftovers where unlink(path + "/" + name) == 0 { report.actions.append("removed \(name)") }
        for name in files.logs { try repairLog(name, before.log) }
        for name in files.audio { try repairAudio(name, rate: before.meta.start.sampleRate) }
        guard isCut else { return }
        let after = try StoredSession(path: path)
        try rewriteTranscript(after)
        try rewriteMeta(after, files)
    }

    /// Whether the recorder was killed between making the folder and its first record: no file of it holds anything. Not when
    /// it was made a moment ago, for some other process may be about to write.
    private func holdsNothing() throws(DiskError) -> Bool {
        let names = try FolderListing.names(path)
        guard Set(names).isSubset(of: ["events.jsonl", "audio.wav", "meta.json.part"]),
            let made = FolderStamp.time(path), WallTime.now().nanoseconds - made > 2_000_000_000
        else { return false }
        for name in names {
            guard let file = FolderListing.kind(path + "/" + name), file.kind == .file,
                file.bytes <= (name == "audio.wav" ? Int64(WAVHeader.length) : 0),
                !(try ReadFile(path + "/" + name).isBeingWritten)
            else { return false }
        }
        return true
    }

    // MARK: log

    private mutating func repairLog(_ name: String, _ log: SessionLog) throws(DiskError) {
        if let torn = log.torn[name], torn > 0 {
            try edit(name) { file, size throws(DiskError) in
                try PosixDisk().resize(file, to: size - Int64(torn), path: name)
            }
            report.actions.append("\(name): cut \(torn) bytes of a torn last line")
        } else if log.lacksLineEnd.contains(name) {
            try edit(name) { file, size throws(DiskError) in
                try PosixDisk().write([UInt8(ascii: "\n")].span.bytes, to: file, at: size, path: name)
            }
            report.actions.append("\(name): ended the last line")
        }
    }

    // MARK: audio

    private mutating func repairAudio(_ name: String, rate: Int) throws(DiskError) {
        let file = try ReadFile(path + "/" + name)
        let start = try file.read(at: 0, count: AudioHead.length)
        let head = try? AudioHead(start, fileBytes: file.size)
        guard let header = head?.header ?? ours(start, rate) else {
            report.failures.append("\(name): the first bytes are not those of our recordings")
            return
        }
        // A head that agrees with the size is healthy; files of other programs (chunks behind the samples) are left alone too.
        guard head?.isHealthy != true, header.dataOffset == WAVHeader.length else { return }
        let repaired = header.repaired(fileBytes: Int(file.size))
        try edit(name) { file, _ throws(DiskError) in
            try PosixDisk().write(repaired.bytes.span.bytes, to: file, at: 0, path: name)
            try PosixDisk().resize(file, to: Int64(WAVHeader.length + repaired.dataBytes), path: name)
        }
        let declared = head?.declaredBytes ?? 0
        report.actions.append("\(name): the header said \(declared) bytes of audio, the file has \(repaired.dataBytes)")
    }

    /// Our layout when the header itself is damaged or cut: zeros (power failure) or the beginning of a header of ours.
    private func ours(_ start: [UInt8], _ rate: Int) -> WAVHeader? {
        let front = start.prefix(WAVHeader.length)
        let isZero = front.allSatisfy { $0 == 0 }
        let isOurs =
            front.prefix(4).elementsEqual("RIFF".utf8.prefix(front.count))
            || front.prefix(4).elementsEqual("RF64".utf8.prefix(front.count))
        guard isZero || (isOurs && start.count < WAVHeader.length) else { return nil }
        return WAVHeader(sampleRate: (1000...384_000).contains(rate) ? rate : 8000, channels: 2)
    }

    // MARK: what follows from audio and log

    private mutating func rewriteTranscript(_ session: StoredSession) throws(DiskError) {
        var builder = TranscriptBuilder(sampleRate: session.meta.start.sampleRate)
        for record in session.log.records { builder.add(record) }
        builder.close()
        try replace("transcript.vtt", with: Array(TranscriptVTT.text(builder.cues).utf8), as: session)
    }

    private mutating func rewriteMeta(_ session: StoredSession, _ files: SessionFiles) throws(DiskError) {
        var meta = session.meta
        meta.state = .interrupted
        meta.endReason = session.log.end.map { "\($0.by.rawValue): \($0.reason)" } ?? "cut off; repaired"
        meta.ended = session.log.records.last?.wall.rfc3339
        meta.audio = files.segments(log: session.log, meta: session.meta)
        meta.logs = files.logs
        meta.frames = session.audio?.frames ?? 0
        meta.records = session.log.records.count
        if let rate = session.audio?.sampleRate { meta.start.sampleRate = rate }
        guard let bytes = try? EventCodec.encode(any: meta) else { return }
        try replace("meta.json", with: bytes + [UInt8(ascii: "\n")], as: session)
        report.actions.append("meta.json: marked as interrupted")
    }

    /// Puts a derived file in place with the time of the log, so that lists stay in order.
    private func replace(_ name: String, with bytes: [UInt8], as session: StoredSession) throws(DiskError) {
        var info = stat()
        let log = path + "/" + (session.meta.logs.last ?? "events.jsonl")
        let hasTime = lstat(log, &info) == 0
        try PosixDisk().replace(path + "/" + name, with: bytes, durable: true)
        if hasTime { setTime(path + "/" + name, info.st_mtim) }
    }

    /// Opens a file for a change and gives it back its time.
    private func edit(_ name: String, _ body: (_ file: Int32, _ size: Int64) throws(DiskError) -> Void)
        throws(DiskError)
    {
        let place = path + "/" + name
        let file = open(place, O_RDWR | O_NOFOLLOW | O_CLOEXEC)
        guard file >= 0 else { throw DiskError("open", place, number: errno) }
        defer { close(file) }
        var info = stat()
        guard fstat(file, &info) == 0 else { throw DiskError("look at", place, number: errno) }
        try body(file, Int64(info.st_size))
        try PosixDisk().sync(file, path: place)
        setTime(place, info.st_mtim)
    }

    private func setTime(_ place: String, _ time: timespec) {
        let times = [time, time]
        _ = utimensat(AT_FDCWD, place, times, AT_SYMLINK_NOFOLLOW)
    }
}
