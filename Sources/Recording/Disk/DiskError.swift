import Glibc

/// Why the disk would not do what was asked: the operation, the place and the system's error number.
public struct DiskError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was tried, as a verb: "write", "create".
    public var operation: String
    /// The file or folder.
    public var path: String
    /// `errno`, or 0 when the refusal is ours.
    public var number: Int32
    /// Our own words when `number` is 0.
    public var cause: String?

    /// An error of the system.
    public init(_ operation: String, _ path: String, number: Int32) {
        self.operation = operation
        self.path = path
        self.number = number
    }

    /// A refusal of ours.
    public init(_ operation: String, _ path: String, cause: String) {
        self.operation = operation
        self.path = path
        self.number = 0
        self.cause = cause
    }

    /// Whether there is no room (full disk, quota, size limit): it may pass, and the same file goes on.
    public var isNoRoom: Bool { number == ENOSPC || number == EDQUOT || number == EFBIG }

    public var description: String { "cannot \(operation) \(path): \(words)" }

    /// The cause and the fix without the place.
    public var words: String {
        if let cause { return cause }
        switch number {
        case ENOSPC: return "the disk is full; free some space"
        case EDQUOT: return "the disk quota is used up; free some space"
        case EFBIG: return "the file has reached the size limit (ulimit -f)"
        case EACCES, EPERM: return "permission denied; check the owner and mode of the folder"
        case EROFS: return "the file system is read-only"
        case ELOOP: return "it is a symbolic link, which is refused"
        case EEXIST: return "it exists already"
        case EIO: return "input/output error; the disk may be failing"
        case EMFILE, ENFILE: return "too many open files (ulimit -n)"
        default: return String(cString: strerror(number))
        }
    }
}
