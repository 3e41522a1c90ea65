import Core

/// Records sessions to disk: hands taps to the engine and writes them on a thread of its own.
public final class SessionRecorder: SessionTapFactory, Sendable {
    private let thread: RecorderThread
    private let options: RecordingOptions
    private let post: @Sendable (@escaping @EngineActor @Sendable () -> Void) -> Void

    /// A recorder. `post` hands a job to the engine thread (`EngineLoop.post`); the recorder's own state changes go that way.
    nonisolated public init(
        options: RecordingOptions, disk: any Disk = PosixDisk(),
        post: @escaping @Sendable (@escaping @EngineActor @Sendable () -> Void) -> Void
    ) {
        self.options = options
        self.post = post
        thread = RecorderThread(options: options, disk: disk)
    }

    /// Makes the tap of a session. Engine thread; files are made later, on the recorder's thread. `report` receives
    /// `Event.recording` (on, failed) and `Event.gap`.
    public func makeTap(
        session: SessionID, start: SessionStart, wall: WallTime,
        report: @escaping @EngineActor @Sendable (Event) -> Void
    ) -> any SessionTap {
        let post = post
        let opening = TapChannel.Opening(session: session, start: start, wall: wall) { event in
            post { report(event) }
        }
        guard (1000...384_000).contains(start.sampleRate) else {
            return refuse("a rate of \(start.sampleRate) samples a second cannot be recorded", opening)
        }
        let thread = thread
        let channel = TapChannel(opening: opening, options: options, wake: { thread.wake() })
        guard thread.adopt(channel) else { return refuse("the recorder's thread does not run", opening) }
        return RecorderTap(channel)
    }

    @EngineActor
    private func refuse(_ reason: String, _ opening: TapChannel.Opening) -> any SessionTap {
        opening.report(.recording(RecordingChange(.failed, reason: reason)))
        return NoTap()
    }

    /// Ends recording: all that was tapped is written, files are closed. Blocks the caller (main, at exit) for at most
    /// `limit` seconds; false when the disk did not answer in time.
    @discardableResult
    nonisolated public func stop(limit: Int = 5) -> Bool { thread.stop(limit: limit) }
}

/// A tap that records nothing.
@EngineActor
private final class NoTap: SessionTap {
    func tapUser(_ pcm: Span<Int16>, at position: Int64) {}
    func tapAgent(_ pcm: Span<Int16>, at position: Int64) {}
    func tapEvent(_ record: EventRecord) {}
    func tapEnded() {}
}
