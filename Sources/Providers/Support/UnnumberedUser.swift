import Core
import ProviderKit

/// What the user says to a vendor that numbers no user items.
struct UnnumberedUser {
    /// Below this peak the line counts as quiet.
    private static let quietPeak: Int16 = 400

    /// Whether the vendor heard the user begin and nothing of the end.
    private(set) var isSpeaking = false
    private var item: String?
    private var prefix = ""
    private var count = 0
    private var lastLoud = MonotonicTime(nanoseconds: 0)

    /// Ids are unique over connections.
    mutating func start(_ out: ProviderOutput) { prefix = String(UInt64(clamping: out.now.nanoseconds), radix: 36) }

    private mutating func current() -> String {
        if let item { return item }
        count += 1
        let made = "user-\(prefix)-\(count)"
        item = made
        return made
    }

    /// The vendor heard the user begin.
    mutating func begin(_ out: ProviderOutput) {
        lastLoud = out.now
        guard !isSpeaking else { return }
        isSpeaking = true
        out.event(.userSpeechStarted(item: current()))
    }

    /// Words so far.
    mutating func partial(_ text: String, _ out: ProviderOutput) {
        guard !text.isEmpty else { return }
        out.event(.userTranscript(item: current(), text: text, isFinal: false))
    }

    /// The final words; they end the user's speech.
    mutating func final(_ text: String, _ out: ProviderOutput) {
        stop(out)
        if !text.isEmpty { out.event(.userTranscript(item: current(), text: text, isFinal: true)) }
        item = nil
    }

    /// The user's speech is over.
    mutating func stop(_ out: ProviderOutput) {
        guard isSpeaking else { return }
        isSpeaking = false
        out.event(.userSpeechStopped(item: item))
    }

    /// Watches the line while the vendor believes that the user speaks.
    mutating func listen(_ pcm: Span<Int16>, _ now: MonotonicTime) {
        guard isSpeaking else { return }
        for i in 0..<pcm.count where pcm[i] > Self.quietPeak || pcm[i] < -Self.quietPeak {
            lastLoud = now
            return
        }
    }

    /// How long the line has been quiet although the vendor believes that the user speaks.
    func quiet(_ now: MonotonicTime) -> Duration { isSpeaking ? now - lastLoud : .zero }
}
