import Glibc

/// What stands at a path.
enum FileKind: Equatable {
    case file, folder, other, nothing

    /// Looks; follows symbolic links.
    init(_ path: String) {
        var info = stat()
        guard stat(path, &info) == 0 else {
            self = .nothing
            return
        }
        switch info.st_mode & S_IFMT {
        case S_IFREG: self = .file
        case S_IFDIR: self = .folder
        default: self = .other
        }
    }

    /// Bytes of a file; 0 when there is none.
    static func bytes(_ path: String) -> Int {
        var info = stat()
        return stat(path, &info) == 0 ? Int(info.st_size) : 0
    }
}

/// Small files of the system and of tools.
enum TextFile {
    /// Up to 4 MiB of a file as text; nil when it cannot be read.
    static func read(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return String(decoding: Self.bytes(descriptor), as: UTF8.self)
    }

    /// All that comes out of a descriptor until its end, at most 4 MiB.
    static func bytes(_ descriptor: Int32) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < 1 << 22 {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return bytes
    }
}
