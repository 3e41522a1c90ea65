import Core

/// The recorder's end in a session: copies and returns. Engine thread; takes no lock for audio, a short one for events.
@EngineActor
final class RecorderTap: SessionTap {
    private let channel: TapChannel
    /// Whether what waits for the disk leaves no room, and the writer has not said why: it waits itself.
    private var isStuck = false

    init(_ channel: TapChannel) { self.channel = channel }

    func tapUser(_ pcm: Span<Int16>, at position: Int64) { note(channel.ring.push(.user, pcm, at: position)) }

    func tapAgent(_ pcm: Span<Int16>, at position: Int64) { note(channel.ring.push(.agent, pcm, at: position)) }

    func tapEvent(_ record: EventRecord) { channel.events.push(record) }

    func tapEnded() { channel.end() }

    private func note(_ wasTaken: Bool) {
        guard wasTaken == isStuck else { return }
        if !wasTaken, channel.isFailing { return }
        isStuck = !wasTaken
        channel.opening.report(
            .recording(
                wasTaken
                    ? RecordingChange(.on, reason: "the disk answers again")
                    : RecordingChange(
                        .failed, reason: "the disk does not answer; what is said now is lost until it does")))
    }
}
