import AudioKit

/// The head of a session's audio file, seen sceptically: what it says, and what the file really holds.
struct AudioHead: Sendable, Equatable {
    /// With sizes that fit the file.
    let header: WAVHeader
    /// Bytes of samples that the head declares.
    let declaredBytes: Int64
    /// Bytes behind the head.
    let realBytes: Int64

    /// Bytes that are read of a file to find its head.
    static let length = 4096

    /// Whether head and file agree, to the last whole frame.
    var isHealthy: Bool { declaredBytes == realBytes && realBytes % Int64(header.frameBytes) == 0 }

    /// Reads the head of a file of `fileBytes` bytes.
    init(_ start: [UInt8], fileBytes: Int64) throws(AudioKitError) {
        let parsed = try WAVHeader.parse(start.span, fileBytes: Int(fileBytes))
        header = parsed.repaired(fileBytes: Int(fileBytes))
        realBytes = max(0, fileBytes - Int64(parsed.dataOffset))
        declaredBytes = Self.declared(start, dataOffset: parsed.dataOffset)
    }

    /// The size field before the samples, or the 64-bit one of `ds64`, which stands first when there is one.
    private static func declared(_ start: [UInt8], dataOffset: Int) -> Int64 {
        let short = integer(start, dataOffset - 4, 4)
        guard short == UInt64(UInt32.max), start.prefix(4).elementsEqual("RF64".utf8) else { return Int64(short) }
        return Int64(clamping: integer(start, 28, 8))
    }

    private static func integer(_ bytes: [UInt8], _ at: Int, _ count: Int) -> UInt64 {
        guard at >= 0, at + count <= bytes.count else { return 0 }
        return (0..<count).reduce(0) { $0 | UInt64(bytes[at + $1]) << UInt64(8 * $1) }
    }
}
