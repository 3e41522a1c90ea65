import Glibc

/// A folder name as one number (FNV-1a, 64 bits): what makes a hundred thousand names compared without a hundred thousand strings.
enum NameMark {
    static func of(_ name: some Sequence<UInt8>) -> Int64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return Int64(bitPattern: hash)
    }

    static func of(_ name: String) -> Int64 { of(name.utf8) }
}

/// The names in the sessions folder that may be sessions, by the kind that the folder itself tells: no look at each.
struct FolderNames {
    /// Names, one behind the other.
    private var bytes: [UInt8] = []
    /// Marks in rising order, and where the name stands.
    private(set) var marks: [(mark: Int64, start: Int32, count: Int32)] = []

    /// Reads a folder; none when it does not exist.
    init(of path: String) throws(DiskError) {
        guard let folder = opendir(path) else {
            if errno == ENOENT { return }
            throw DiskError("list", path, number: errno)
        }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let kind = Int32(entry.pointee.d_type)
            guard kind == Int32(DT_DIR) || kind == Int32(DT_UNKNOWN) else { continue }
            withUnsafeBytes(of: &entry.pointee.d_name) { field in
                // The system ends the name with a zero within the field.
                guard field[0] != UInt8(ascii: "."), let base = field.baseAddress else { return }
                add(
                    UnsafeRawBufferPointer(
                        start: base, count: strnlen(base.assumingMemoryBound(to: CChar.self), field.count)))
            }
        }
        marks.sort { $0.mark < $1.mark }
    }

    private mutating func add(_ name: UnsafeRawBufferPointer) {
        guard name.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }), !name.isEmpty else { return }
        marks.append((NameMark.of(name), Int32(clamping: bytes.count), Int32(name.count)))
        bytes.append(contentsOf: name)
    }

    /// The name at a place of `marks`.
    func name(_ place: Int) -> String {
        let (_, start, count) = marks[place]
        return String(decoding: bytes[Int(start)..<Int(start) + Int(count)], as: UTF8.self)
    }
}
