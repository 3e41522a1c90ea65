import Glibc

/// A file open for reading. Reads may be made from any thread; nothing is shared but the descriptor, which never changes.
public final class ReadFile: Sendable {
    private let file: Int32
    /// Where it is.
    public let path: String
    /// Bytes when it was opened.
    public let size: Int64
    /// Whether the recorder of some process is writing it now.
    public let isBeingWritten: Bool

    /// Opens a regular file; symbolic links are refused.
    public init(_ path: String) throws(DiskError) {
        let file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw DiskError("open", path, number: errno) }
        var info = stat()
        guard fstat(file, &info) == 0, info.st_mode & S_IFMT == S_IFREG else {
            close(file)
            throw DiskError("open", path, cause: "it is not a regular file")
        }
        self.file = file
        self.path = path
        size = Int64(info.st_size)
        isBeingWritten = flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
        _ = flock(file, LOCK_UN)
    }

    deinit { close(file) }

    /// Up to `count` bytes from `offset`; fewer only at the end of the file.
    public func read(at offset: Int64, count: Int) throws(DiskError) -> [UInt8] {
        var failed: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: max(count, 0)) { buffer, done in
            while done < count, let base = buffer.baseAddress {
                let got = pread(file, base + done, count - done, off_t(offset) + off_t(done))
                if got > 0 {
                    done += got
                } else if got < 0, errno == EINTR {
                    continue
                } else {
                    failed = got < 0 ? errno : 0
                    return
                }
            }
        }
        guard failed == 0 else { throw DiskError("read", path, number: failed) }
        return bytes
    }

    /// The whole file, when it is not larger than `limit` bytes.
    public func readAll(limit: Int64 = 1 << 30) throws(DiskError) -> [UInt8] {
        guard size <= limit else { throw DiskError("read", path, cause: "\(size) bytes are more than \(limit)") }
        return try read(at: 0, count: Int(size))
    }
}
