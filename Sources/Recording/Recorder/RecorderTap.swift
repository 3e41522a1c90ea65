import Core

/// The recorder's end in a session: copies and returns. Engine thread; takes no lock for audio, a short one for events.
@EngineActor
final class RecorderTap: SessionTap {
    private let channel: TapChannel

    init(_ channel: TapChannel) { self.channel = channel }

    func tapUser(_ pcm: Span<Int16>, at position: Int64) { channel.ring.push(.user, pcm, at: position) }

    func tapAgent(_ pcm: Span<Int16>, at position: Int64) { channel.ring.push(.agent, pcm, at: position) }

    func tapEvent(_ record: EventRecord) { channel.events.push(record) }

    func tapEnded() { channel.end() }
}
