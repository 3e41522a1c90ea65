import Glibc
import Recording

/// A file made by an export: whole or not at all, and its owner's alone, as the session is.
public enum ExportFile {
    /// Writes beside the file and renames. Throws when the path is something else than a regular file, or the disk refuses.
    public static func write(_ bytes: [UInt8], to path: String) throws(DiskError) {
        var info = stat()
        if lstat(path, &info) == 0, info.st_mode & S_IFMT != S_IFREG {
            throw DiskError(
                "write", path, cause: "it is no regular file; name another, or redirect the output of the command")
        }
        let part = "\(path).part-\(getpid())"
        let file = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw DiskError("write", path, number: errno) }
        var done = 0
        var failed: Int32 = 0
        while done < bytes.count, failed == 0 {
            let count = bytes.withUnsafeBytes { all in
                Glibc.write(file, all.baseAddress.map { $0 + done }, all.count - done)
            }
            if count > 0 { done += count } else if errno != EINTR { failed = errno }
        }
        if fsync(file) != 0, failed == 0, errno != EINVAL { failed = errno }
        close(file)
        if failed == 0, rename(part, path) != 0 { failed = errno }
        guard failed == 0 else {
            unlink(part)
            throw DiskError("write", path, number: failed)
        }
    }
}
