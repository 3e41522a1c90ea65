import Glibc

/// A folder of its own under the system's temporary folder, removed with the files in it when the last user lets go.
public final class TemporaryFolder: Sendable {
    public let path: String

    public init() {
        var template = Array("/tmp/sidetone-test-XXXXXX".utf8CString)
        path = template.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress, mkdtemp(base) != nil else { return "/tmp" }
            return String(cString: base)
        }
    }

    /// Writes a text file directly in the folder.
    public func write(_ name: String, _ text: String) { _ = GoldenText.write(text, path + "/" + name) }

    /// Reads a text file of the folder.
    public func read(_ name: String) -> String? { GoldenText.read(path + "/" + name) }

    /// Removes a file of the folder.
    public func remove(_ name: String) { unlink(path + "/" + name) }

    deinit {
        guard path != "/tmp", let directory = opendir(path) else { return }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { unlink(path + "/" + name) }
        }
        closedir(directory)
        rmdir(path)
    }
}
