import Core
import Glibc

/// The file of a unix domain socket: who may reach it, what is left of a dead process, and its removal.
public struct SocketFile: Sendable {
    private let path: String
    private let device: UInt
    private let number: UInt

    /// The socket that was just bound at `path`; nil when there is none.
    init?(path: String) {
        var info = stat()
        guard lstat(path, &info) == 0, Self.isSocket(info) else { return nil }
        self.path = path
        device = UInt(info.st_dev)
        number = UInt(info.st_ino)
    }

    /// Removes the file, unless it is another's by now.
    func remove() {
        guard let now = SocketFile(path: path), now.device == device, now.number == number else { return }
        unlink(path)
    }

    private static func isSocket(_ info: stat) -> Bool { info.st_mode & S_IFMT == S_IFSOCK }

    // MARK: - Before binding

    /// Sees that a socket may be made at `path`: the folder is ours and nobody else may write there, and what stands there is
    /// nothing, or a socket at which nobody listens any more (which is removed). Throws otherwise.
    static func makeRoom(at path: String) throws(ConfigurationError) {
        let refuse = { (cause: String, fix: String) in
            ConfigurationError(place: "control socket \(path)", cause: cause, fix: fix)
        }
        guard path.utf8.count <= SocketNames.longestPath else {
            throw refuse(
                "the path has \(path.utf8.count) bytes, a socket's may have \(SocketNames.longestPath)",
                "choose a shorter one with --control")
        }
        if let words = objection(toFolderOf: path) {
            throw refuse(words, "choose a folder of your own with --control, or --control off")
        }
        var info = stat()
        guard lstat(path, &info) == 0 else { return }
        guard isSocket(info) else {
            throw refuse("there is a file that is no socket", "remove it, or choose another path with --control")
        }
        guard !isAlive(path) else {
            throw refuse(
                "another program listens there",
                "attach to it with sidetone attach \(path), or choose another path with --control")
        }
        unlink(path)
    }

    /// What speaks against the folder of a path; nil when it is ours alone.
    private static func objection(toFolderOf path: String) -> String? {
        let end = path.lastIndex(of: "/") ?? path.startIndex
        let folder = end == path.startIndex ? "/" : String(path[..<end])
        var info = stat()
        guard lstat(folder, &info) == 0 else { return "the folder \(folder): \(SocketNames.words(errno))" }
        guard info.st_mode & S_IFMT == S_IFDIR else { return "\(folder) is no folder" }
        guard info.st_uid == geteuid() else { return "the folder \(folder) belongs to another user" }
        // With the sticky bit others can write but neither remove nor replace what is ours.
        guard info.st_mode & 0o022 == 0 || info.st_mode & S_ISVTX != 0 else {
            return "others may write in the folder \(folder)"
        }
        return nil
    }

    /// Whether a program listens at the socket `path`. Blocks for a local connect only. Any thread.
    public static func isAlive(_ path: String) -> Bool {
        let address = SocketAddress(socketPath: path)
        let descriptor = SocketNames.makeSocket(address)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let status = SocketNames.withRaw(address) { connect(descriptor, $0, $1) }
        // EAGAIN: it listens, and its queue is full at the moment.
        return status == 0 || (status != nil && errno == EAGAIN)
    }

    /// Whether the socket `path` belongs to this user: nobody else's may be trusted with commands.
    public static func isOwn(_ path: String) -> Bool {
        var info = stat()
        return lstat(path, &info) == 0 && isSocket(info) && info.st_uid == geteuid()
    }

    // MARK: - After accepting

    /// Whether the process at the other end runs for the same user.
    static func isOurs(peerOf descriptor: Int32) -> Bool {
        // struct ucred: pid, uid, gid.
        var credentials: [UInt32] = [0, UInt32.max, UInt32.max]
        var size = socklen_t(credentials.count * MemoryLayout<UInt32>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0 else { return false }
        return credentials[1] == geteuid()
    }
}
