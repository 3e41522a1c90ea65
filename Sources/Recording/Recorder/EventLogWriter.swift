import Core

/// Writes `events.jsonl` and, after a fault of the medium, `events-2.jsonl` … Recorder thread.
///
/// Lines are only ever written whole and at a known offset: when the disk is full in the middle of a line, the next try
/// writes over the torn part.
struct EventLogWriter {
    private let disk: any Disk
    /// Where the files are made; known before the first `open`.
    var folder: String
    private var file: Int32 = -1
    private var offset: Int64 = 0
    private var reserved: Int64 = 0
    private var pending: [UInt8] = []
    private(set) var files: [String] = []
    private(set) var lastSequence: UInt64 = 0
    private(set) var records = 0
    private(set) var lost: UInt64 = 0

    /// Room kept behind the end, so that the reason of a full disk can still be written.
    private static let reserve: Int64 = 64 << 10
    /// Bytes that may wait; beyond it records stay in their queue.
    private static let bound = 1 << 20

    init(disk: any Disk, folder: String) {
        self.disk = disk
        self.folder = folder
    }

    private var path: String { folder + "/" + (files.last ?? "events.jsonl") }

    /// Whether so much waits that nothing more is taken.
    var isFull: Bool { pending.count > Self.bound }

    /// Whether nothing waits.
    var isEmpty: Bool { pending.isEmpty }

    /// Makes the next file.
    mutating func open() throws(DiskError) {
        close()
        let name = files.isEmpty ? "events.jsonl" : "events-\(files.count + 1).jsonl"
        file = try disk.create(folder + "/" + name)
        files.append(name)
        (offset, reserved) = (0, 0)
    }

    /// Appends a record. A hole in the numbers is explained by a remark before it.
    mutating func append(_ record: EventRecord, lostReason: String) {
        if record.sequence > lastSequence + 1, lastSequence > 0 {
            lost += record.sequence - lastSequence - 1
            append(
                RecorderRemark(.lost, reason: lostReason, first: lastSequence + 1, last: record.sequence - 1))
        }
        lastSequence = max(lastSequence, record.sequence)
        do {
            line(try EventCodec.encode(record))
            records += 1
        } catch {
            append(
                RecorderRemark(
                    .lost, reason: "the record has no JSON form: \(error)", first: record.sequence,
                    last: record.sequence))
        }
    }

    /// Appends a remark of the recorder.
    mutating func append(_ remark: RecorderRemark) {
        guard let bytes = try? EventCodec.encode(any: RecorderRemark.Line(recorder: remark)) else { return }
        line(bytes)
    }

    private mutating func line(_ bytes: [UInt8]) {
        pending.append(contentsOf: bytes)
        pending.append(UInt8(ascii: "\n"))
    }

    /// Writes what waits, in one write.
    mutating func flush() throws(DiskError) {
        guard file >= 0, !pending.isEmpty else { return }
        try disk.write(pending.span.bytes, to: file, at: offset, path: path)
        offset += Int64(pending.count)
        pending.removeAll(keepingCapacity: pending.capacity <= 64 << 10)
    }

    /// Keeps the reserve behind the end.
    mutating func keepReserve() throws(DiskError) {
        guard file >= 0, reserved - offset < Self.reserve / 2 else { return }
        try disk.reserve(Self.reserve, in: file, after: offset, path: path)
        reserved = offset + Self.reserve
    }

    /// Waits for the medium.
    func sync() throws(DiskError) { if file >= 0 { try disk.sync(file, path: path) } }

    /// Gives the room behind the end back.
    func giveBackReserve() { if file >= 0 { try? disk.resize(file, to: offset, path: path) } }

    /// Closes the file.
    mutating func close() {
        guard file >= 0 else { return }
        disk.close(file)
        file = -1
    }
}
