import Glibc

/// Compares text with a file kept beside the tests; `SIDETONE_UPDATE_GOLDENS=1` writes the file instead.
public struct GoldenText: Sendable {
    /// Folder of the golden files.
    public let folder: String

    /// `Fixtures/Goldens` beside the test file that makes this: call with no argument.
    public init(beside file: String = #filePath) {
        let parts = file.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        folder = parts.joined(separator: "/") + "/Fixtures/Goldens"
    }

    /// Nil when `text` is what the golden holds, else what to print: the first line that differs, or how to make it.
    public func difference(_ text: String, _ name: String) -> String? {
        let path = folder + "/" + name + ".txt"
        if getenv("SIDETONE_UPDATE_GOLDENS") != nil {
            return Self.write(text, path) ? nil : "cannot write \(path)"
        }
        guard let expected = Self.read(path) else {
            return "no golden \(path); run with SIDETONE_UPDATE_GOLDENS=1 and read what it wrote"
        }
        return expected == text ? nil : Self.firstDifference(expected, text, name)
    }

    private static func firstDifference(_ expected: String, _ actual: String, _ name: String) -> String {
        let left = expected.split(separator: "\n", omittingEmptySubsequences: false)
        let right = actual.split(separator: "\n", omittingEmptySubsequences: false)
        for index in 0..<max(left.count, right.count) {
            let was = index < left.count ? String(left[index]) : "(no line)"
            let now = index < right.count ? String(right[index]) : "(no line)"
            if was != now { return "\(name) line \(index + 1)\n  golden: \(was)\n  now:    \(now)" }
        }
        return "\(name) differs"
    }

    /// The whole of a text file, nil when it cannot be read.
    public static func read(_ path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        var count = fread(&chunk, 1, chunk.count, file)
        while count > 0 {
            bytes.append(contentsOf: chunk[0..<count])
            count = fread(&chunk, 1, chunk.count, file)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Writes a text file, making its folder; false when it cannot.
    public static func write(_ text: String, _ path: String) -> Bool {
        if let slash = path.lastIndex(of: "/") { mkdir(String(path[..<slash]), 0o755) }
        guard let file = fopen(path, "w") else { return false }
        defer { fclose(file) }
        let bytes = Array(text.utf8)
        return fwrite(bytes, 1, bytes.count, file) == bytes.count
    }
}
