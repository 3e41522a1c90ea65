import Core

/// All writers and what they share: the look at the free space. Recorder thread; a test steps it by hand.
final class RecorderCore {
    private let disk: any Disk
    private let options: RecordingOptions
    private var writers: [SessionWriter] = []
    private var room: String?
    private var roomDue = MonotonicTime(nanoseconds: .min)

    init(disk: any Disk, options: RecordingOptions) {
        self.disk = disk
        self.options = options
    }

    /// Whether there is nothing to do.
    var isIdle: Bool { writers.isEmpty }

    /// Takes a new session.
    func adopt(_ channel: TapChannel) {
        writers.append(SessionWriter(channel: channel, disk: disk, options: options))
    }

    /// Does for all sessions what is due.
    func step(now: MonotonicTime) {
        if now >= roomDue {
            roomDue = now + .seconds(1)
            lookAtRoom()
        }
        for writer in writers { writer.step(now: now, room: room) }
        writers.removeAll { $0.state == .closed }
    }

    private func lookAtRoom() {
        // Before the first session the folder may not exist: then the folder above it tells.
        let parent = options.folder.lastIndex(of: "/").map { String(options.folder[..<$0]) } ?? "."
        let free = disk.freeSpace(at: options.folder) ?? disk.freeSpace(at: parent.isEmpty ? "/" : parent)
        guard let free, free < options.freeSpaceFloor else { return room = nil }
        room = "less than \(options.freeSpaceFloor >> 20) MB are free; free some space or lower recording.free_mb"
    }

    /// Closes all without a word more on the disk, as the end of a process would.
    func abandon() {
        for writer in writers { writer.abandon() }
        writers = []
    }

    /// The program ends: writes what there is and closes all.
    func stop(now: MonotonicTime) {
        step(now: now)
        for writer in writers {
            if writer.state == .running { try? writer.finish(.stopped, now) }
        }
        abandon()
    }
}
