import Core

/// Where a replay is heard. Called on the replay's thread; must copy and return at once.
public protocol ReplayOutput: AnyObject, Sendable {
    /// The next mono samples.
    func play(_ samples: Span<Int16>, sampleRate: Int)
    /// Forgets what was not heard yet: the replay has jumped or stands still.
    func discard()
    /// Why nothing is heard, in words; nil when it is.
    var silence: String? { get }
}

/// Makes of the two channels of a session what is heard: one or both, louder or softer, faster or slower with the pitch kept.
///
///     disk ──> stereo ──> chosen channels × volume ──> TimeStretch ──> ReplayOutput
final class ReplayVoice {
    /// Frames read at once.
    private static let step = 1024

    private let replay: SessionReplay
    private let output: any ReplayOutput
    private let stretch: TimeStretch
    private var stereo: [Int16]
    private var mono: [Int16]

    init(_ replay: SessionReplay, output: any ReplayOutput) {
        self.replay = replay
        self.output = output
        stretch = TimeStretch(sampleRate: replay.timeline.sampleRate)
        stereo = Array(repeating: 0, count: Self.step * 2)
        mono = Array(repeating: 0, count: Self.step)
    }

    /// Plays the frames of a range; of one that is longer than two seconds only the end.
    func play(_ range: Range<Int64>, speed: Double, channel: ReplayChannel, volume: Double) {
        if stretch.speed != speed { stretch.setSpeed(speed) }
        var from = max(range.lowerBound, range.upperBound - 2 * Int64(replay.timeline.sampleRate))
        while from < range.upperBound {
            let count = Int(min(Int64(Self.step), range.upperBound - from))
            mix(at: from, count, channel, Float(min(1, max(0, volume))))
            let rate = replay.timeline.sampleRate
            if speed == 1 {
                output.play(mono.span.extracting(first: count), sampleRate: rate)
            } else {
                stretch.process(mono.span.extracting(first: count)) { output.play($0, sampleRate: rate) }
            }
            from += Int64(count)
        }
    }

    /// Forgets what was not heard yet.
    func discard() {
        stretch.reset()
        output.discard()
    }

    private func mix(at position: Int64, _ count: Int, _ channel: ReplayChannel, _ volume: Float) {
        var span = stereo.mutableSpan
        replay.fill(&span, at: position)
        for i in 0..<count {
            let (user, agent) = (Int32(stereo[2 * i]), Int32(stereo[2 * i + 1]))
            let sum =
                switch channel {
                case .both: user + agent
                case .user: user
                case .agent: agent
                }
            mono[i] = Int16(clamping: Int32((Float(sum) * volume).rounded()))
        }
    }
}
