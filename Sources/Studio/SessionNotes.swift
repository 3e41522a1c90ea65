import Core
import Glibc
import Recording

/// A remark that somebody made on a stored session.
public struct SessionNote: Sendable, Equatable {
    /// Place in the session; nil when it is about the whole.
    public var at: Duration?
    /// When it was written.
    public var wall: WallTime
    public var text: String
}

/// `notes.jsonl` in a session folder: one JSON object a line, `{"at":12.5,"wall":"…","text":"…"}`; `at` in seconds or null.
public enum SessionNotes {
    /// Its name in the folder.
    public static let fileName = "notes.jsonl"
    /// Characters of a note that are kept.
    static let most = 4000

    /// The notes of a folder, in the order they were written; lines that cannot be read are passed over.
    public static func read(_ folder: String) -> [SessionNote] {
        guard let bytes = try? ReadFile(folder + "/" + fileName).readAll(limit: 1 << 22) else { return [] }
        return parse(bytes)
    }

    static func parse(_ bytes: [UInt8]) -> [SessionNote] {
        bytes.split(separator: 0x0A).prefix(10_000).compactMap { line in
            guard let value = try? JSONParser.parse(Array(line)), let text = value["text"]?.string else { return nil }
            let wall = value["wall"]?.string.flatMap { TimeText.moment($0, now: WallTime(nanoseconds: 0)) }
            let seconds = value["at"]?.double.flatMap { $0.isFinite && abs($0) < 1e8 ? $0 : nil }
            return SessionNote(
                at: seconds.map { .nanoseconds(Int64($0 * 1e9)) }, wall: wall ?? WallTime(nanoseconds: 0),
                text: String(text.prefix(most)))
        }
    }

    /// Appends a note. The file is the owner's alone; a link in its place is refused.
    public static func add(_ note: SessionNote, to folder: String) throws(DiskError) {
        let path = folder + "/" + fileName
        let value: JSONValue = [
            "at": note.at.map { .double(($0.seconds * 1000).rounded() / 1000) } ?? .null,
            "wall": .string(note.wall.rfc3339), "text": .string(String(note.text.prefix(most))),
        ]
        let line = Array((value.text + "\n").utf8)
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw DiskError("write", path, number: errno) }
        defer { close(file) }
        let count = line.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
        guard count == line.count else { throw DiskError("write", path, number: count < 0 ? errno : ENOSPC) }
    }
}
