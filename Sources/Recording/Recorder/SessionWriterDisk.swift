import Core
import Glibc

/// Opening, failing, going on: how a writer deals with a disk that does not do its part.
extension SessionWriter {
    /// Makes folder and files. What was made stays when a later step fails; the next try goes on from there.
    func open(_ now: MonotonicTime) throws(DiskError) {
        if folder.isEmpty { try makeFolder() }
        try resume(now)
    }

    private func makeFolder() throws(DiskError) {
        try disk.createFolders(options.folder)
        let opening = channel.opening
        let name = SessionFolderName.make(start: opening.wall, provider: opening.start.provider, id: opening.session)
        for attempt in 1...99 {
            let path = options.folder + "/" + (attempt == 1 ? name : "\(name)-\(attempt)")
            do throws(DiskError) {
                try disk.createFolder(path)
                folder = path
                audio = AudioFileWriter(disk: disk, folder: path, sampleRate: opening.start.sampleRate)
                log = EventLogWriter(disk: disk, folder: path)
                return
            } catch  where error.number == EEXIST && attempt < 99 {
                continue
            }
        }
    }

    /// Brings the recording (back) to running: every file is open, the state is told.
    func resume(_ now: MonotonicTime) throws(DiskError) {
        guard state != .running else { return }
        if log.files.isEmpty { try log.open() }
        if !audio.isOpen { try openAudio() }
        if case .failed(let reason, _) = state {
            // What waits is written first: only then is it true that recording goes on.
            try flushAudio(now)
            try log.flush()
            log.append(RecorderRemark(.resumed, reason: reason, at: window.end))
            try log.flush()
        }
        try writeMeta()
        let reason = failedSince.map { "again after \(Int((now - $0).milliseconds / 1000)) s" }
        (state, failedSince, troubleUntil) = (.running, nil, now + .seconds(5))
        channel.isFailing = false
        channel.opening.report(.recording(RecordingChange(.on, folder: folderName, reason: reason)))
    }

    /// Name of the folder below the sessions folder.
    var folderName: String { folder.split(separator: "/").last.map(String.init) ?? "" }

    private func openAudio() throws(DiskError) {
        guard audio.segments.count < 100 else {
            throw DiskError("record into", folder, cause: "99 audio files have failed; the disk is not usable")
        }
        let position = audio.segments.isEmpty ? 0 : window.start
        if !audio.segments.isEmpty {
            log.append(RecorderRemark(.segment, at: position, file: audio.nextName))
            try log.flush()
        }
        try audio.open(at: position)
        if position > 0 { window.touchAll() }
        meta.audio = audio.segments
    }

    /// Writes `meta.json` as it stands.
    func writeMeta() throws(DiskError) {
        meta.audio = audio.segments
        meta.logs = log.files
        guard let bytes = try? EventCodec.encode(any: meta) else { return }
        try disk.replace(folder + "/meta.json", with: bytes + [UInt8(ascii: "\n")], durable: true)
    }

    /// Notes one moment on all clocks.
    func anchor(_ record: EventRecord) {
        meta.anchors.append(
            SessionMeta.Anchor(audio: record.audio, t: record.time.nanoseconds, wall: record.wall.nanoseconds))
    }

    // MARK: writing, with a new file when the medium fails

    /// Writes the dirty part of the window.
    func flushAudio(_ now: MonotonicTime) throws(DiskError) {
        try onAudio { () throws(DiskError) in
            try window.withDirty { (part, frame) throws(DiskError) in try audio.write(part, at: frame) }
        }
        window.markClean()
    }

    /// Writes what waits for the log.
    func flushLog(_ now: MonotonicTime) throws(DiskError) {
        try onLog { () throws(DiskError) in try log.flush() }
    }

    /// Makes the sizes in the header true.
    func updateHeader(_ now: MonotonicTime) throws(DiskError) {
        try onAudio { () throws(DiskError) in try audio.updateHeader() }
    }

    /// Waits for the medium, both files.
    func syncAll(_ now: MonotonicTime) throws(DiskError) {
        try onLog { () throws(DiskError) in try log.sync() }
        try onAudio { () throws(DiskError) in try audio.sync() }
    }

    /// A fault of the medium is final for a file: the kernel may have dropped what it held and say "well" the next time. So a
    /// new file begins with all that may still be lost, and `body` runs again on it. No room is not such a fault.
    private func onAudio(_ body: () throws(DiskError) -> Void) throws(DiskError) {
        do throws(DiskError) { try body() } catch  where !error.isNoRoom {
            degraded(error)
            try? audio.updateHeader()
            audio.close()
            try openAudio()
            try window.withDirty { (part, frame) throws(DiskError) in try audio.write(part, at: frame) }
            try writeMeta()
        }
    }

    private func onLog(_ body: () throws(DiskError) -> Void) throws(DiskError) {
        do throws(DiskError) { try body() } catch  where !error.isNoRoom {
            degraded(error)
            try log.open()
            try log.flush()
            try writeMeta()
        }
    }

    private func degraded(_ error: DiskError) {
        meta.degrade(withoutFolder(error))
        log.append(RecorderRemark(.degraded, reason: withoutFolder(error), at: window.end))
    }

    private func withoutFolder(_ error: DiskError) -> String {
        let file = error.path.split(separator: "/").last.map(String.init) ?? error.path
        return "cannot \(error.operation) \(file): \(error.words)"
    }

    /// Recording cannot go on: told at once, tried again later.
    func fail(_ error: DiskError, _ now: MonotonicTime) {
        let reason = error.description
        let isNews: Bool = if case .failed(let before, _) = state { before != reason } else { true }
        state = .failed(reason: reason, retryAt: now + options.retryInterval)
        (lastTrouble, troubleUntil) = (withoutFolder(error), nil)
        if failedSince == nil { failedSince = now }
        channel.isFailing = true
        guard isNews else { return }
        meta.degrade(lastTrouble ?? reason)
        log.append(RecorderRemark(.failed, reason: lastTrouble, at: window.end))
        try? log.flush()
        channel.opening.report(
            .recording(RecordingChange(.failed, folder: folder.isEmpty ? nil : folderName, reason: reason)))
    }
}
