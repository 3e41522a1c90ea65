import Core
import Glibc

/// The folder of all sessions: what is there, repair at the start, removal. Blocking file access; never on the engine thread.
public struct SessionStore: Sendable {
    /// A session in the list, from `meta.json` and the sizes of files alone.
    public struct Summary: Sendable, Equatable, Codable {
        public var name: String
        /// As in `meta.json`; nil when that cannot be read.
        public var meta: SessionMeta?
        /// Whether it is being recorded now.
        public var isLive: Bool
        /// Bytes on the disk.
        public var bytes: Int64
        /// Seconds of audio, by the size of the files.
        public var seconds: Double
    }

    /// The folder.
    public let folder: String

    /// A store in `folder`, which need not exist yet.
    public init(folder: String) { self.folder = folder }

    private static let doomed = ".deleting-"

    /// Makes the folder where it is missing. Throws when sessions cannot be written there.
    public func prepare() throws(DiskError) {
        try PosixDisk().createFolders(folder)
        var info = stat()
        guard stat(folder, &info) == 0 else { throw DiskError("look at", folder, number: errno) }
        guard info.st_mode & S_IFMT == S_IFDIR else {
            throw DiskError("record to", folder, cause: "it is not a folder")
        }
        guard access(folder, W_OK | X_OK) == 0 else { throw DiskError("record to", folder, number: errno) }
    }

    /// Names of the session folders, oldest first.
    public func names() throws(DiskError) -> [String] { try candidates().filter(isSession) }

    /// Names that may be session folders, oldest first: one look at the folder, none at each.
    private func candidates() throws(DiskError) -> [String] {
        let found = try FolderNames(of: folder)
        return found.marks.indices.map(found.name).sorted()
    }

    private func isSession(_ name: String) -> Bool {
        let path = folder + "/" + name
        return SessionFolderName.isPlain(name) && FolderListing.kind(path)?.kind == .folder
            && SessionFiles(names: (try? FolderListing.names(path)) ?? []).isSession
    }

    /// Sessions, newest first; at most `limit`.
    public func list(limit: Int? = nil) throws(DiskError) -> [Summary] {
        Array(try candidates().reversed().lazy.filter(isSession).prefix(limit ?? .max).map(summary))
    }

    /// Whether more folders than `count` may be sessions.
    public func holdsMore(than count: Int) -> Bool { ((try? FolderNames(of: folder))?.marks.count ?? 0) > count }

    /// A session's `meta.json`; nil when it cannot be read.
    public func meta(_ name: String) -> SessionMeta? {
        (try? ReadFile(folder + "/" + name + "/meta.json").readAll(limit: 1 << 20)).flatMap {
            try? EventCodec.decode(SessionMeta.self, from: $0)
        }
    }

    private func summary(_ name: String) -> Summary {
        let path = folder + "/" + name
        let files = SessionFiles(names: (try? FolderListing.names(path)) ?? [])
        let meta = meta(name)
        let segments = files.segments(log: SessionLog(), meta: meta ?? .guessed(folder: name, log: SessionLog()))
        let audio = try? SessionAudio(folder: path, segments: segments)
        let frames = audio.map { Double($0.frames) / Double($0.sampleRate) }
        return Summary(
            name: name, meta: meta, isLive: isLive(path, files), bytes: FolderListing.diskBytes(path),
            seconds: frames ?? Double(meta?.frames ?? 0) / Double(max(1, meta?.start.sampleRate ?? 1)))
    }

    func isLive(_ path: String, _ files: SessionFiles) -> Bool {
        files.logs.contains { (try? ReadFile(path + "/" + $0).isBeingWritten) ?? false }
    }

    /// Opens a session by its name in the folder, or by a path when it has a slash. A unique beginning or the id at the end of
    /// the name is enough.
    public func open(_ text: String) throws(DiskError) -> StoredSession {
        if text.utf8.contains(UInt8(ascii: "/")) { return try StoredSession(path: text) }
        return try StoredSession(path: folder + "/" + find(text))
    }

    /// The full name of a session given in part.
    public func find(_ text: String) throws(DiskError) -> String {
        if isSession(text) { return text }
        let hits = try candidates().filter {
            !text.isEmpty && ($0.hasPrefix(text) || $0.hasSuffix("-" + text)) && isSession($0)
        }
        switch hits.count {
        case 1: return hits[0]
        case 0: throw DiskError("find", TranscriptVTT.plain(text), cause: "there is no such session in \(folder)")
        default:
            throw DiskError(
                "find", TranscriptVTT.plain(text), cause: "it fits \(hits.count) sessions; give more of the name")
        }
    }

    // MARK: start

    /// At the start of the program: finishes removals that were cut off and repairs what a crash has left. Returns what was
    /// done or failed; nothing for healthy sessions.
    public func repairAll() throws(DiskError) -> [SessionRepair.Report] {
        try finishRemovals()
        return try names().map { SessionRepair.run(path: folder + "/" + $0) }.filter {
            !$0.actions.isEmpty || !$0.failures.isEmpty
        }
    }

    /// Names of the sessions that were not ended: told by `meta.json` alone, so thousands of whole ones cost little.
    public func cutOff() throws(DiskError) -> [String] {
        try names().filter { name in
            guard let bytes = try? ReadFile(folder + "/" + name + "/meta.json").readAll(limit: 1 << 20),
                let meta = try? EventCodec.decode(SessionMeta.self, from: bytes)
            else { return StoredSession.version(folder + "/" + name) <= SessionMeta.currentVersion }
            return meta.state == .recording && meta.version <= SessionMeta.currentVersion
        }
    }

    /// Repairs what a crash has left in these sessions, those that are being recorded left alone.
    @discardableResult
    public func repair(_ names: [String]) -> [SessionRepair.Report] {
        names.map { SessionRepair.run(path: folder + "/" + $0) }
    }

    // MARK: removal

    /// Finishes removals that were cut off; how many there were.
    @discardableResult
    public func finishRemovals() throws(DiskError) -> Int {
        let graves = try FolderListing.names(folder).filter { $0.hasPrefix(Self.doomed) }
        for name in graves { try FolderListing.removeTree(folder + "/" + name) }
        return graves.count
    }

    /// Removes a session completely. It first disappears under another name, so a removal that is cut off is finished at the
    /// next start. A session that is being recorded is refused.
    public func delete(_ name: String) throws(DiskError) {
        let path = folder + "/" + name
        guard SessionFolderName.isPlain(name), FolderListing.kind(path)?.kind == .folder else {
            throw DiskError("remove", TranscriptVTT.plain(name), cause: "there is no such session in \(folder)")
        }
        let files = SessionFiles(names: try FolderListing.names(path))
        guard files.isSession else { throw DiskError("remove", path, cause: "it is no session folder") }
        guard !isLive(path, files) else { throw DiskError("remove", path, cause: "it is being recorded") }
        let grave = folder + "/" + Self.doomed + name
        guard rename(path, grave) == 0 else { throw DiskError("remove", path, number: errno) }
        try FolderListing.removeTree(grave)
    }

    /// Names of the sessions that a rule lets go, oldest first: those that began before `now - age`, and the oldest ones while all
    /// of them take more than `bytes` on the disk. Only folders with a name of the recorder's count; one being recorded is never among them.
    public func expired(age: Duration?, bytes: Int64?, now: WallTime) throws(DiskError) -> [String] {
        let limit = age.map { WallTime(nanoseconds: now.nanoseconds - $0.wholeNanoseconds).fileStamp }
        var total: Int64 = 0
        var gone: [String] = []
        for name in try candidates().reversed() where Self.isDated(name) {
            let path = folder + "/" + name
            // Sizes are looked at only when they count.
            if bytes != nil { total += FolderListing.diskBytes(path) }
            let isOld = limit.map { name.prefix($0.count) < $0 } ?? false
            guard isOld || bytes.map({ total > $0 }) ?? false, isSession(name) else { continue }
            if !isLive(path, SessionFiles(names: try FolderListing.names(path))) { gone.append(name) }
        }
        return gone.reversed()
    }

    /// `2026-11-21T14-03-22Z-…`
    private static func isDated(_ name: String) -> Bool {
        let shape = Array("0000-00-00T00-00-00Z-".utf8)
        let front = Array(name.utf8.prefix(shape.count))
        guard front.count == shape.count else { return false }
        return zip(front, shape).allSatisfy { $1 == 0x30 ? (0x30...0x39).contains($0) : $0 == $1 }
    }

    /// Bytes free for us in the folder; nil when it does not exist yet.
    public var freeSpace: Int64? { PosixDisk().freeSpace(at: folder) }
}
