import Glibc
import Recording
import Synchronization

/// A disk that becomes full, fails, or dies with the process, as a test orders.
final class FaultyDisk: Disk {
    struct Orders {
        /// Bytes that still fit; nil is no limit.
        var room: Int64?
        /// Errors for the next calls: operation name, then errno.
        var failures: [(operation: String, file: String, number: Int32)] = []
        /// Calls until the process is dead (nothing reaches the disk any more).
        var callsToLive: Int?
        /// Share of the fatal write that still reaches the disk.
        var lastShare = 0.0
        /// What `freeSpace` says.
        var free: Int64?
        var syncs = 0
    }

    private let real = PosixDisk()
    let orders = Mutex(Orders())
    /// Calls of this name take so many seconds, which `waited` counts.
    let whileBusy = Mutex<(operation: String, seconds: Double)?>(nil)
    let waited = Mutex(0.0)

    private struct Verdict {
        var isDead = false
        var share: Double?
        var failure: Int32?
    }

    private func ask(_ operation: String, _ path: String) -> Verdict {
        if let busy = whileBusy.withLock({ $0 }), busy.operation == operation {
            waited.withLock { $0 += busy.seconds }
        }
        return orders.withLock { o in
            if let left = o.callsToLive {
                if left <= 0 { return Verdict(isDead: true) }
                o.callsToLive = left - 1
                if left == 1 { return Verdict(share: o.lastShare) }
            }
            if let index = o.failures.firstIndex(where: { $0.operation == operation && path.hasSuffix($0.file) }) {
                return Verdict(failure: o.failures.remove(at: index).number)
            }
            return Verdict()
        }
    }

    func createFolder(_ path: String) throws(DiskError) {
        let verdict = ask("folder", path)
        if verdict.isDead { return }
        if let number = verdict.failure { throw DiskError("create", path, number: number) }
        try real.createFolder(path)
    }

    func create(_ path: String) throws(DiskError) -> Int32 {
        let verdict = ask("create", path)
        if verdict.isDead { return open("/dev/null", O_RDWR | O_CLOEXEC) }
        if let number = verdict.failure { throw DiskError("create", path, number: number) }
        return try real.create(path)
    }

    func write(_ bytes: RawSpan, to file: Int32, at offset: Int64, path: String) throws(DiskError) {
        let verdict = ask("write", path)
        if verdict.isDead { return }
        if let number = verdict.failure { throw DiskError("write", path, number: number) }
        if let share = verdict.share {
            return try real.write(
                bytes.extracting(first: Int(Double(bytes.byteCount) * share)), to: file, at: offset, path: path)
        }
        let fits = orders.withLock { o -> Int in
            guard let room = o.room, !path.hasSuffix("events.jsonl") else { return bytes.byteCount }
            let count = min(Int(room), bytes.byteCount)
            o.room = room - Int64(count)
            return count
        }
        try real.write(bytes.extracting(first: fits), to: file, at: offset, path: path)
        if fits < bytes.byteCount { throw DiskError("write", path, number: ENOSPC) }
    }

    func reserve(_ bytes: Int64, in file: Int32, after offset: Int64, path: String) throws(DiskError) {
        if ask("reserve", path).isDead { return }
        try real.reserve(bytes, in: file, after: offset, path: path)
    }

    func resize(_ file: Int32, to size: Int64, path: String) throws(DiskError) {
        if ask("resize", path).isDead { return }
        try real.resize(file, to: size, path: path)
    }

    func sync(_ file: Int32, path: String) throws(DiskError) {
        let verdict = ask("sync", path)
        if let number = verdict.failure { throw DiskError("sync", path, number: number) }
        orders.withLock { $0.syncs += 1 }
    }

    func replace(_ path: String, with bytes: [UInt8], durable: Bool) throws(DiskError) {
        let verdict = ask("replace", path)
        if verdict.isDead { return }
        if let number = verdict.failure { throw DiskError("write", path, number: number) }
        if verdict.share != nil { return TemporaryFolder.write(bytes, to: path + ".part") }
        let isFull = orders.withLock { o in o.room.map { $0 < Int64(bytes.count) } ?? false }
        if isFull { throw DiskError("write", path, number: ENOSPC) }
        try real.replace(path, with: bytes, durable: false)
    }

    func remove(_ path: String) throws(DiskError) {
        if ask("remove", path).isDead { return }
        try real.remove(path)
    }

    func freeSpace(at path: String) -> Int64? { orders.withLock { $0.free } ?? real.freeSpace(at: path) }

    func close(_ file: Int32) { real.close(file) }
}
