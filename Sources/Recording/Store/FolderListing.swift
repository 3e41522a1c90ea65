import Glibc

/// Names in a folder.
enum FolderListing {
    /// What a name stands for; symbolic links are `other`.
    enum Kind: Equatable { case file, folder, other }

    /// All names but `.` and `..`, sorted. Empty when the folder does not exist.
    static func names(_ path: String) throws(DiskError) -> [String] {
        guard let folder = opendir(path) else {
            if errno == ENOENT { return [] }
            throw DiskError("list", path, number: errno)
        }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// What `path` is, without following links; nil when it is not there.
    static func kind(_ path: String) -> (kind: Kind, bytes: Int64)? {
        var info = stat()
        guard lstat(path, &info) == 0 else { return nil }
        switch info.st_mode & S_IFMT {
        case S_IFREG: return (.file, Int64(info.st_size))
        case S_IFDIR: return (.folder, Int64(info.st_size))
        default: return (.other, 0)
        }
    }

    /// Bytes on the disk of the files in a folder (holes cost nothing).
    static func diskBytes(_ path: String) -> Int64 {
        var total: Int64 = 0
        for name in (try? names(path)) ?? [] {
            var info = stat()
            if lstat(path + "/" + name, &info) == 0 { total += Int64(info.st_blocks) * 512 }
        }
        return total
    }

    /// Removes a folder with all that is in it; links are removed, never followed.
    static func removeTree(_ path: String) throws(DiskError) {
        for name in try names(path) {
            let inner = path + "/" + name
            if kind(inner)?.kind == .folder {
                try removeTree(inner)
            } else if unlink(inner) != 0, errno != ENOENT {
                throw DiskError("remove", inner, number: errno)
            }
        }
        guard rmdir(path) == 0 || errno == ENOENT else { throw DiskError("remove", path, number: errno) }
    }
}
