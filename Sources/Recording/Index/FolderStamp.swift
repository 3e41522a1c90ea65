import Glibc

/// What tells, without reading it, whether a session folder has changed.
struct FolderStamp: Sendable, Equatable {
    /// Bytes of `events.jsonl`; -1 when there is none.
    var logBytes: Int64 = -1
    /// Times of the last change in nanoseconds since 1970.
    var logTime: Int64 = 0
    var folderTime: Int64 = 0

    /// Of the folder at `path`; nil when there is none.
    init?(_ path: String) {
        var info = stat()
        guard lstat(path, &info) == 0, info.st_mode & S_IFMT == S_IFDIR else { return nil }
        folderTime = Self.nanoseconds(info)
        guard lstat(path + "/events.jsonl", &info) == 0 else { return }
        logBytes = Int64(info.st_size)
        logTime = Self.nanoseconds(info)
    }

    /// As it was stored.
    init(logBytes: Int64, logTime: Int64, folderTime: Int64) {
        self.logBytes = logBytes
        self.logTime = logTime
        self.folderTime = folderTime
    }

    /// When a file or folder was changed last; nil when it is not there.
    static func time(_ path: String) -> Int64? {
        var info = stat()
        return stat(path, &info) == 0 ? nanoseconds(info) : nil
    }

    private static func nanoseconds(_ info: stat) -> Int64 {
        Int64(info.st_mtim.tv_sec) * 1_000_000_000 + Int64(info.st_mtim.tv_nsec)
    }
}
