import Glibc
import Recording
import Synchronization
import TestKit

/// A disk whose power may fail: what was written since a file's last sync is then there in part, as zeros or not at all, a name
/// that was not made durable may be missing.
final class VolatileDisk: Disk {
    private struct State {
        /// What each file would be after a power failure at the worst.
        var durable: [String: [UInt8]] = [:]
        var paths: [Int32: String] = [:]
    }

    private let real = PosixDisk()
    private let state = Mutex(State())
    private static let page = 4096

    /// The power fails: each file becomes what a disk may hold of it.
    func cutPower(_ random: inout SeededRandom) {
        let durable = state.withLock { $0.durable }
        for (path, safe) in durable {
            let now = TemporaryFolder.read(path)
            guard now != safe else { continue }
            if safe.isEmpty, Bool.random(using: &random) {
                unlink(path)
                continue
            }
            // The size may be the new one though its pages never reached the medium: they read as zeros.
            let size = Bool.random(using: &random) ? max(safe.count, now.count) : safe.count
            var bytes = safe + [UInt8](repeating: 0, count: max(0, size - safe.count))
            for start in stride(from: 0, to: size, by: Self.page) where Bool.random(using: &random) {
                let end = min(start + Self.page, size, now.count)
                if start < end { bytes.replaceSubrange(start..<end, with: now[start..<end]) }
            }
            TemporaryFolder.write(bytes, to: path)
        }
    }

    func createFolder(_ path: String) throws(DiskError) { try real.createFolder(path) }

    func create(_ path: String) throws(DiskError) -> Int32 {
        let file = try real.create(path)
        state.withLock { s in
            s.paths[file] = path
            s.durable[path] = []
        }
        return file
    }

    func write(_ bytes: RawSpan, to file: Int32, at offset: Int64, path: String) throws(DiskError) {
        try real.write(bytes, to: file, at: offset, path: path)
    }

    func reserve(_ bytes: Int64, in file: Int32, after offset: Int64, path: String) throws(DiskError) {}

    func resize(_ file: Int32, to size: Int64, path: String) throws(DiskError) {
        try real.resize(file, to: size, path: path)
    }

    func sync(_ file: Int32, path: String) throws(DiskError) {
        state.withLock { s in
            guard let path = s.paths[file] else { return }
            s.durable[path] = TemporaryFolder.read(path)
        }
    }

    func replace(_ path: String, with bytes: [UInt8], durable: Bool) throws(DiskError) {
        try real.replace(path, with: bytes, durable: false)
        state.withLock { s in
            // A rename that is not made durable may come before the bytes: the file is then empty.
            if durable { s.durable[path] = bytes } else { s.durable[path] = s.durable[path] ?? [] }
        }
    }

    func remove(_ path: String) throws(DiskError) { try real.remove(path) }
    func freeSpace(at path: String) -> Int64? { nil }
    func close(_ file: Int32) { real.close(file) }
}
