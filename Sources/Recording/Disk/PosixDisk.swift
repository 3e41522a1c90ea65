import CLinux
import Glibc

/// The real disk.
public struct PosixDisk: Disk {
    /// The real disk.
    public init() {}

    public func createFolder(_ path: String) throws(DiskError) {
        guard mkdir(path, 0o700) == 0 else { throw DiskError("create", path, number: errno) }
        syncFolder(of: path)
    }

    public func create(_ path: String) throws(DiskError) -> Int32 {
        let file = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw DiskError("create", path, number: errno) }
        _ = flock(file, LOCK_EX | LOCK_NB)
        return file
    }

    public func write(_ bytes: RawSpan, to file: Int32, at offset: Int64, path: String) throws(DiskError) {
        let failed = bytes.withUnsafeBytes { buffer -> Int32 in
            var done = 0
            while done < buffer.count, let base = buffer.baseAddress {
                let count = pwrite(file, base + done, buffer.count - done, off_t(offset) + off_t(done))
                if count > 0 {
                    done += count
                } else if count == 0 {
                    return ENOSPC
                } else if errno != EINTR {
                    return errno
                }
            }
            return 0
        }
        guard failed == 0 else { throw DiskError("write", path, number: failed) }
    }

    public func reserve(_ bytes: Int64, in file: Int32, after offset: Int64, path: String) throws(DiskError) {
        // Not every file system can; then there is no reserve, which is no error.
        let failed = clinux_reserve(file, offset, bytes)
        if failed == ENOSPC || failed == EDQUOT { throw DiskError("reserve room in", path, number: failed) }
    }

    public func resize(_ file: Int32, to size: Int64, path: String) throws(DiskError) {
        guard ftruncate(file, off_t(size)) == 0 else { throw DiskError("resize", path, number: errno) }
    }

    public func sync(_ file: Int32, path: String) throws(DiskError) {
        guard fdatasync(file) == 0 else { throw DiskError("sync", path, number: errno) }
    }

    public func replace(_ path: String, with bytes: [UInt8], durable: Bool) throws(DiskError) {
        let temporary = path + ".part"
        _ = unlink(temporary)
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw DiskError("create", temporary, number: errno) }
        do throws(DiskError) {
            defer { close(file) }
            try write(bytes.span.bytes, to: file, at: 0, path: temporary)
            if durable { try sync(file, path: temporary) }
        } catch {
            _ = unlink(temporary)
            throw error
        }
        guard rename(temporary, path) == 0 else { throw DiskError("rename", temporary, number: errno) }
        if durable { syncFolder(of: path) }
    }

    public func remove(_ path: String) throws(DiskError) {
        guard unlink(path) == 0 else { throw DiskError("remove", path, number: errno) }
    }

    public func freeSpace(at path: String) -> Int64? {
        var info = statvfs()
        guard statvfs(path, &info) == 0 else { return nil }
        return Int64(
            clamping: UInt64(info.f_bavail).multipliedReportingOverflow(by: UInt64(info.f_frsize)).partialValue)
    }

    public func close(_ file: Int32) { _ = Glibc.close(file) }

    /// A rename is durable only when its folder is (best effort: not every file system lets a folder be synced).
    private func syncFolder(of path: String) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let file = open(folder.isEmpty ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { return }
        _ = fsync(file)
        close(file)
    }
}
