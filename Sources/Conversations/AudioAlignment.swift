import Core
import ProviderKit

/// One audio profile for all: what rate each side was assumed to have, what it says of itself, and what was measured. Findings are in
/// words; a rate that cannot be right is an alarm. A value of a session; engine thread; nothing is allocated per frame.
///
/// ```
/// caller ──arrivals per second──▶ measured        vendor ──names its formats──▶ advertised
/// agent ──audio per item, its text, its arrival──▶ measured
/// ```
///
/// The agent's audio comes faster than it plays, so its true rate cannot be counted. Two things can: audio that arrives steadily but slower
/// than its rate says, and speech that has more (or fewer) letters a second than anybody speaks.
struct AudioAlignment {
    /// What there is to say.
    enum Verdict: Equatable {
        /// A remark.
        case finding(String)
        /// Audio is at a wrong speed; stands until cleared.
        case alarm(code: String, text: String, fix: String)
        case clear(code: String)
    }

    /// A steady stretch of arrivals.
    private struct Window {
        var began = MonotonicTime(nanoseconds: 0)
        var last = MonotonicTime(nanoseconds: 0)
        var samples = 0
        var isOpen = false

        /// Samples a second; nil while the stretch is too short.
        func rate(after least: Duration) -> Double? {
            let length = last - began
            guard isOpen, length >= least else { return nil }
            return Double(samples) * 1e9 / Double(length.wholeNanoseconds)
        }

        /// A pause longer than `pause` begins a new stretch. The first arrival opens the clock and is not counted.
        mutating func take(_ count: Int, _ now: MonotonicTime, pause: Duration) {
            guard isOpen, now - last <= pause else {
                self = Window(began: now, last: now, samples: 0, isOpen: true)
                return
            }
            samples += count
            last = now
        }
    }

    static let callerCode = "audio.caller-rate"
    static let agentCode = "audio.agent-rate"
    /// Arrivals are judged over stretches of this length.
    static let stretch = Duration.seconds(4)
    /// Letters a second: slower or faster does not speak.
    static let speakable = 6.0...25.0

    private(set) var callerRate: Int
    private(set) var agentRate = 0
    private(set) var userRate = 0
    private(set) var advertised: [VendorAudioFormat] = []
    /// Samples a second as they arrived; nil before it was measured.
    private(set) var callerMeasured: Double?
    private(set) var agentMeasured: Double?
    private var caller = Window()
    private var callerOdd = 0
    private var agent = Window()
    private var spoken: (item: Int, letters: Int, others: Int, samples: Int) = (-1, 0, 0, 0)
    private var alarms: Set<String> = []

    /// An alignment for a leg of this rate.
    init(callerRate: Int) { self.callerRate = callerRate }

    /// A provider serves from now on.
    mutating func provider(_ capabilities: ProviderCapabilities) -> [Verdict] {
        (userRate, agentRate) = (capabilities.inputRate, capabilities.outputRate)
        advertised = []
        agent = Window()
        agentMeasured = nil
        spoken = (-1, 0, 0, 0)
        return cleared(Self.agentCode)
    }

    /// The vendor named a format.
    mutating func vendor(_ format: VendorAudioFormat) -> [Verdict] {
        guard !advertised.contains(format) else { return [] }
        advertised.removeAll { $0.direction == format.direction }
        advertised.append(format)
        let assumed = format.direction == .user ? userRate : agentRate
        guard assumed > 0, format.rate != assumed else { return [] }
        let what = format.direction == .user ? "takes" : "sends"
        return [
            .finding(
                "the vendor \(what) \(format.encoding) at \(format.rate) Hz, converted \(format.direction == .user ? "from" : "to") \(assumed) Hz"
            )
        ]
    }

    // MARK: The caller

    /// Audio of the caller arrived.
    mutating func callerArrived(_ samples: Int, _ now: MonotonicTime) -> Verdict? {
        caller.take(samples, now, pause: .milliseconds(100))
        guard let rate = caller.rate(after: Self.stretch) else { return nil }
        callerMeasured = rate
        caller = Window()
        let ratio = rate / Double(callerRate)
        let odd = ratio > 1.12 ? 1 : ratio < 0.88 ? -1 : 0
        defer { callerOdd = odd }
        guard odd != 0 else { return cleared(Self.callerCode).first }
        // Once may be a burst after a delay on the way; twice in a row is the rate.
        guard odd == callerOdd, alarms.insert(Self.callerCode).inserted else { return nil }
        return .alarm(
            code: Self.callerCode,
            text:
                "the caller's audio arrives at \(Int(rate.rounded())) samples a second, but the leg says \(callerRate): it sounds \(Self.times(ratio)) fast",
            fix: "set the same codec at both ends (slin is 8000 Hz, slin16 is 16000 Hz)")
    }

    // MARK: The agent

    /// Audio of an agent item arrived from the provider.
    mutating func agentArrived(item: Int, _ samples: Int, _ now: MonotonicTime) {
        if spoken.item != item {
            spoken = (item, 0, 0, 0)
            agent = Window()
        }
        spoken.samples += samples
        agent.take(samples, now, pause: .milliseconds(600))
        // What comes faster than it plays says nothing of its rate.
        if let rate = agent.rate(after: .seconds(2)) { agentMeasured = rate <= Double(agentRate) * 1.15 ? rate : nil }
    }

    /// Text of an agent item: the whole of it so far.
    mutating func agentText(item: Int, _ text: String) {
        guard spoken.item == item || spoken.samples == 0 else { return }
        spoken.item = item
        (spoken.letters, spoken.others) = (0, 0)
        for byte in text.utf8 { if byte < 0x80 { spoken.letters += 1 } else { spoken.others += 1 } }
    }

    /// An agent item is complete: can its audio be what the text says?
    mutating func agentEnded(item: Int) -> [Verdict] {
        guard spoken.item == item, agentRate > 0 else { return [] }
        if let rate = agentMeasured, rate < Double(agentRate) * 0.85 { return slow(rate) }
        let seconds = Double(spoken.samples) / Double(agentRate)
        // Scripts whose letters are words cannot be judged by letters.
        guard seconds >= 2, spoken.letters >= 40, spoken.others * 4 < spoken.letters else { return [] }
        let pace = Double(spoken.letters) / seconds
        guard !Self.speakable.contains(pace) else { return cleared(Self.agentCode) }
        guard alarms.insert(Self.agentCode).inserted else { return [] }
        let how = pace > Self.speakable.upperBound ? "too fast" : "too slow"
        return [
            .alarm(
                code: Self.agentCode,
                text:
                    "the agent speaks \(Int(pace.rounded())) letters a second at \(agentRate) Hz, which nobody does: its audio is \(how) for its rate",
                fix: "check the provider's output format: it may send another sample rate than it says")
        ]
    }

    /// Audio that comes steadily and slower than it plays runs dry, whatever its true rate.
    private mutating func slow(_ rate: Double) -> [Verdict] {
        guard alarms.insert(Self.agentCode).inserted else { return [] }
        return [
            .alarm(
                code: Self.agentCode,
                text: "the agent's audio arrives at \(Int(rate.rounded())) samples a second and plays at \(agentRate): "
                    + "it has gaps, or another rate than it says",
                fix: "check the network, and the provider's output format")
        ]
    }

    private mutating func cleared(_ code: String) -> [Verdict] {
        alarms.remove(code) == nil ? [] : [.clear(code: code)]
    }

    private static func times(_ ratio: Double) -> String {
        let hundredths = Int((ratio * 100).rounded())
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)x"
    }

    // MARK: The profile

    /// Assumed, advertised and measured of each side.
    var sides: [AudioFormat.Side] {
        let of = { (direction: VendorAudioFormat.Direction) in advertised.first { $0.direction == direction } }
        let user = of(.user), agent = of(.agent)
        return [
            AudioFormat.Side(
                name: .caller, encoding: "pcm16", assumed: callerRate, advertised: callerRate, measured: callerMeasured),
            AudioFormat.Side(
                name: .toProvider, encoding: user?.encoding ?? "pcm16", assumed: userRate, advertised: user?.rate,
                measured: nil),
            AudioFormat.Side(
                name: .fromProvider, encoding: agent?.encoding ?? "pcm16", assumed: agentRate,
                advertised: agent?.rate, measured: agentMeasured),
        ]
    }
}
