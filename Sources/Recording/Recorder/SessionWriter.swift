import Core

/// Writes one session: drains its ring and its events into the folder. Recorder thread; time is an argument.
///
///     TapRing ──> AudioWindow ──> AudioFileWriter (audio.wav)
///     EventQueue ──> EventLogWriter (events.jsonl) ──> TranscriptBuilder (transcript.vtt), SessionMeta (meta.json)
///
/// When the disk does not do its part, audio and events wait in their bounded queues, the state is told by `report`, and it is tried
/// again; the call never notices.
final class SessionWriter {
    /// Where the recording stands.
    enum State: Equatable {
        /// Nothing is on the disk yet.
        case new
        case running
        /// The disk does not do its part; it is tried again at the time.
        case failed(reason: String, retryAt: MonotonicTime)
        case closed
    }

    /// Longest jump of a position that is believed, in seconds.
    private static let longestJump: Int64 = 24 * 3600
    /// How far behind the other channel audio is still put in its place, in seconds.
    private static let longestLag: Int64 = 60
    /// How long an ended session waits for a disk.
    private static let patience = Duration.seconds(60)

    let channel: TapChannel
    let disk: any Disk
    let options: RecordingOptions
    var state: State = .new
    var folder = ""
    var meta: SessionMeta
    var window: AudioWindow
    var audio: AudioFileWriter
    var log: EventLogWriter
    var lastRecord: EventRecord?
    private var transcript: TranscriptBuilder
    private var transcriptIsDirty = false
    private var knownDrops: (user: Int64, agent: Int64) = (0, 0)
    private var hasAudio: (user: Bool, agent: Bool) = (false, false)
    /// Why something may be missing. It holds for a while after the trouble: only the next piece shows the hole.
    var lastTrouble: String?
    var troubleUntil: MonotonicTime?
    var failedSince: MonotonicTime?
    private var headerDue = MonotonicTime(nanoseconds: .min)
    private var syncDue = MonotonicTime(nanoseconds: .min)
    private var transcriptDue = MonotonicTime(nanoseconds: .min)

    init(channel: TapChannel, disk: any Disk, options: RecordingOptions) {
        self.channel = channel
        self.disk = disk
        self.options = options
        let opening = channel.opening
        let rate = opening.start.sampleRate
        meta = SessionMeta(
            application: options.application, session: opening.session, wall: opening.wall, start: opening.start,
            state: .recording)
        meta.consent = options.consent
        window = AudioWindow(lateFrames: Int(Int64(rate) * options.lateWindow.wholeNanoseconds / 1_000_000_000))
        audio = AudioFileWriter(disk: disk, folder: "", sampleRate: rate)
        log = EventLogWriter(disk: disk, folder: "")
        transcript = TranscriptBuilder(sampleRate: rate)
    }

    /// Does all that is due. `room` says why nothing may be written now, or nil.
    func step(now: MonotonicTime, room: String?) {
        let isLast = channel.isEnded
        if case .failed(_, let retryAt) = state, now < retryAt { return expire(isLast, now) }
        do throws(DiskError) {
            if let room { throw DiskError("write to", options.folder, cause: room) }
            if state == .new || folder.isEmpty { try open(now) } else { try resume(now) }
            try pump(now)
            try housekeep(now)
            if isLast { try finish(.ended, now) }
        } catch {
            fail(error, now)
            expire(isLast, now)
        }
    }

    // MARK: draining

    private func pump(_ now: MonotonicTime) throws(DiskError) {
        if let until = troubleUntil, now > until { (lastTrouble, troubleUntil) = (nil, nil) }
        try drainAudio(now)
        try flushAudio(now)
        drainEvents()
        try flushLog(now)
    }

    private func drainAudio(_ now: MonotonicTime) throws(DiskError) {
        while let piece = channel.ring.next() {
            let stop = piece.position &+ Int64(piece.count)
            guard isBelievable(piece.position, stop) else {
                channel.ring.take(piece) { _, _ in }
                gap(piece.channel, at: window.end, samples: Int64(-piece.count), "position \(piece.position) cannot be")
                continue
            }
            if window.mustFlush(toReach: stop) { try flushAudio(now) }
            channel.ring.take(piece) { part, position in place(piece.channel, part, at: position, now) }
        }
    }

    private func isBelievable(_ start: Int64, _ stop: Int64) -> Bool {
        start >= 0 && stop >= start
            && start - window.end <= Self.longestJump * Int64(channel.opening.start.sampleRate)
    }

    private func place(_ side: AudioGap.Channel, _ pcm: Span<Int16>, at position: Int64, _ now: MonotonicTime) {
        let expected = window.expected(side)
        let placement = window.put(side, pcm, at: position)
        let drops = channel.ring.dropped(side)
        let known = side == .user ? knownDrops.user : knownDrops.agent
        if placement.hole > 0, drops > known {
            if side == .user { knownDrops.user = drops } else { knownDrops.agent = drops }
            gap(side, at: expected, samples: placement.hole, lastTrouble ?? "the recorder could not keep up")
        } else if placement.hole > window.lateFrames {
            let isFirst = side == .user ? !hasAudio.user : !hasAudio.agent
            gap(side, at: expected, samples: placement.hole, isFirst ? "recording began here" : "no audio came")
        }
        if placement.late > 0 {
            let start = max(position, expected)
            let first = Int(start - position)
            let late = pcm.extracting(first..<(first + Int(placement.late)))
            if !insert(side, late, at: start, now) {
                gap(side, at: start, samples: -placement.late, "audio came too late to be recorded")
            }
        }
        if side == .user { hasAudio.user = true } else { hasAudio.agent = true }
    }

    /// Audio that is behind the window goes into what is written already: the other channel ran ahead, as it does when a
    /// caller's network stood still and then gave all at once. False when that is too long ago or the disk refuses.
    private func insert(_ side: AudioGap.Channel, _ pcm: Span<Int16>, at position: Int64, _ now: MonotonicTime) -> Bool
    {
        guard window.end - position <= Self.longestLag * Int64(channel.opening.start.sampleRate) else { return false }
        do throws(DiskError) {
            try flushAudio(now)
            return try audio.insert(side, pcm, at: position)
        } catch {
            // What could not be flushed stays dirty: the next flush meets the fault and says so.
            return false
        }
    }

    private func drainEvents() {
        guard !log.isFull else { return }
        for record in channel.events.take().records {
            log.append(record, lostReason: lastTrouble ?? "the recorder could not keep up")
            if lastRecord == nil { anchor(record) }
            lastRecord = record
            if transcript.add(record) { transcriptIsDirty = true }
        }
    }

    // MARK: what is due

    private func housekeep(_ now: MonotonicTime) throws(DiskError) {
        if now >= headerDue {
            headerDue = now + options.headerInterval
            try updateHeader(now)
        }
        if transcriptIsDirty, now >= transcriptDue {
            transcriptDue = now + .seconds(1)
            try writeTranscript(durable: false)
        }
        if now >= syncDue {
            syncDue = now + options.syncInterval
            try log.keepReserve()
            try syncAll(now)
        }
    }

    func writeTranscript(durable: Bool) throws(DiskError) {
        let text = TranscriptVTT.text(transcript.cues)
        try disk.replace(folder + "/transcript.vtt", with: Array(text.utf8), durable: durable)
        transcriptIsDirty = false
    }

    /// Tells of missing audio: in the log, and to the session.
    func gap(_ side: AudioGap.Channel, at: Int64, samples: Int64, _ reason: String) {
        log.append(RecorderRemark(.gap, reason: reason, channel: side, at: at, samples: samples))
        channel.opening.report(.gap(AudioGap(channel: side, at: at, samples: samples, reason: reason)))
        if reason != "recording began here" { meta.degrade("\(side.rawValue) audio: \(reason)") }
    }

    // MARK: the end

    /// Ends the recording: silence to the end of the log, true sizes, `meta.json` with the state.
    func finish(_ end: SessionMeta.State, _ now: MonotonicTime) throws(DiskError) {
        if let last = lastRecord, isBelievable(last.audio, last.audio) { try pad(to: last.audio, now) }
        try flushAudio(now)
        try flushLog(now)
        try updateHeader(now)
        try syncAll(now)
        transcript.close()
        try writeTranscript(durable: true)
        meta.state = end
        if case .sessionEnded(let why)? = lastRecord?.event { meta.endReason = "\(why.by.rawValue): \(why.reason)" }
        meta.ended = (lastRecord?.wall ?? WallTime.now()).rfc3339
        if let last = lastRecord { anchor(last) }
        if log.lost > 0 { meta.degrade("\(log.lost) records were lost") }
        meta.frames = window.end
        meta.records = log.records
        try writeMeta()
        log.giveBackReserve()
        abandon()
    }

    private func pad(to position: Int64, _ now: MonotonicTime) throws(DiskError) {
        if window.mustFlush(toReach: position) { try flushAudio(now) }
        window.extend(to: position)
        for (side, has) in [(AudioGap.Channel.user, hasAudio.user), (.agent, hasAudio.agent)] {
            let drops = channel.ring.dropped(side) > (side == .user ? knownDrops.user : knownDrops.agent)
            let missing = window.end - window.expected(side)
            guard has || drops, drops || missing > window.lateFrames else { continue }
            gap(
                side, at: window.expected(side), samples: missing,
                drops ? lastTrouble ?? "the recorder could not keep up" : "no audio came")
        }
    }

    private func expire(_ isLast: Bool, _ now: MonotonicTime) {
        guard isLast, let since = failedSince, now - since > Self.patience else { return }
        abandon()
    }

    /// Closes without a word more on the disk.
    func abandon() {
        audio.close()
        log.close()
        state = .closed
    }
}
