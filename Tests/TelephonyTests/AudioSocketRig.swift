import Core
import Testing
import TestKit

@testable import Telephony

/// A listener on manual time and in-memory sockets, with a session that records what its leg tells it.
@EngineActor
final class AudioSocketRig {
    let loop = ManualLoop()
    let tcp: LoopbackTCP
    let listener: AudioSocketListener
    private let seen = Seen()

    @EngineActor
    private final class Seen {
        var calls: [ScriptedSession] = []
        var events: [Event] = []
    }

    /// Sessions in the order of their calls.
    var calls: [ScriptedSession] { seen.calls }
    var events: [Event] { seen.events }
    var troubles: [String] {
        events.compactMap { event in
            if case .trouble(let trouble) = event { trouble.code } else { nil }
        }
    }

    init(_ change: (inout AudioSocketConfiguration) -> Void = { _ in }) throws {
        var configuration = AudioSocketConfiguration()
        change(&configuration)
        tcp = LoopbackTCP(loop: loop)
        let seen = seen
        listener = AudioSocketListener(
            configuration: configuration, port: tcp, loop: loop, onCall: { seen.calls.append(ScriptedSession($0)) },
            onEvent: { seen.events.append($0) })
        try listener.start()
    }

    /// Runs a test on the engine.
    nonisolated static func run(_ body: @EngineActor () throws -> Void) rethrows {
        try EngineActor.executor.occupy(body)
    }

    /// Connects and sends a UUID made of `name`.
    func call(_ name: UInt8, from host: String = "127.0.0.1") throws -> LoopbackPeer {
        let peer = try #require(tcp.dial(from: host))
        peer.send(Self.wire(.identity, [UInt8](repeating: name, count: 16)))
        return peer
    }

    static func wire(_ kind: AudioSocketKind, _ payload: [UInt8] = []) -> [UInt8] {
        AudioSocketParserTests.wire(kind.rawValue, payload)
    }

    /// 20 ms of a constant sample.
    static func audio(_ kind: AudioSocketKind, _ sample: Int16) -> [UInt8] {
        let bits = UInt16(bitPattern: sample)
        let pair = [UInt8(bits & 255), UInt8(bits >> 8)]
        return wire(kind, (0..<((kind.sampleRate ?? 0) / 50)).flatMap { _ in pair })
    }

    /// Sends `count` frames, one each 20 ms.
    func talk(_ peer: LoopbackPeer, _ frame: [UInt8], count: Int) {
        for _ in 0..<count {
            peer.send(frame)
            loop.advance(by: .milliseconds(20))
        }
    }

    /// The frames that a peer received: kind and number of payload bytes.
    static func frames(_ peer: LoopbackPeer) -> [(kind: UInt8, payload: [UInt8])] {
        var frames: [(kind: UInt8, payload: [UInt8])] = []
        let bytes = peer.received
        var at = 0
        while at + 3 <= bytes.count {
            let length = Int(bytes[at + 1]) << 8 | Int(bytes[at + 2])
            guard at + 3 + length <= bytes.count else { break }
            frames.append((bytes[at], Array(bytes[(at + 3)..<(at + 3 + length)])))
            at += 3 + length
        }
        return frames
    }
}

/// A session that plays what it is given and records what it hears.
@EngineActor
final class ScriptedSession: LegDelegate {
    let leg: AudioSocketLeg
    private(set) var heard: [Int16] = []
    private(set) var digits = ""
    private(set) var findings: [String] = []
    private(set) var troubles: [String?] = []
    private(set) var ends: [SessionEnd] = []
    private(set) var rendered = 0
    private var toPlay: [Int16] = []

    init(_ leg: AudioSocketLeg) {
        self.leg = leg
        leg.delegate = self
        leg.start()
    }

    /// Puts agent audio into the playout.
    func play(_ samples: [Int16]) {
        let wasEmpty = toPlay.isEmpty
        toPlay += samples
        if wasEmpty { leg.playoutReady() }
    }

    func legReceived(_ pcm: Span<Int16>) {
        look()
        for i in 0..<pcm.count { heard.append(pcm[i]) }
    }

    /// What a session may ask at any time, from inside a callback too.
    private func look() {
        var health = Health()
        leg.report(into: &health)
        _ = leg.unheardSamples
    }

    func legRender(_ pcm: inout MutableSpan<Int16>) {
        rendered += 1
        look()
        for i in 0..<pcm.count { pcm[i] = i < toPlay.count ? toPlay[i] : 0 }
        toPlay.removeFirst(min(pcm.count, toPlay.count))
    }

    func legDigit(_ digit: Character) { digits.append(digit) }
    func legTrouble(_ trouble: Trouble?, code: String) { troubles.append(trouble?.text) }
    func legFormat(_ finding: String, sampleRate: Int) { findings.append(finding) }
    func legEnded(_ end: SessionEnd) { ends.append(end) }
}
