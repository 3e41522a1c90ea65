import AudioKit
import Core
import ProviderKit
import TestKit
import Tools

@testable import Conversations

/// A leg in memory: what it got to play is kept, what it says is given by hand.
@EngineActor
final class FakeLeg: Leg {
    var info = LegInfo(kind: .audioSocket, sampleRate: 8000, peer: "127.0.0.1:1", format: "slin 8000")
    weak var delegate: (any LegDelegate)?
    var unheardSamples = 0
    var played: [Int16] = []
    var readyCalls = 0
    var discards = 0
    var ended: String?

    func start() { render(1) }
    func playoutReady() { readyCalls += 1 }
    func discardUnheard() -> Int {
        discards += 1
        return 0
    }
    func hangUp(_ reason: String) { ended = reason }
    func report(into health: inout Health) {}

    /// Pulls frames of 20 ms.
    func render(_ frames: Int) {
        var frame = [Int16](repeating: 0, count: 160)
        for _ in 0..<frames {
            var span = frame.mutableSpan
            delegate?.legRender(&span)
            played += frame
        }
    }

    func say(_ pcm: [Int16]) { delegate?.legReceived(pcm.span) }
}

/// A provider that records what it is asked and says what the test wants.
final class ScriptedProvider: Provider {
    var capabilities = ProviderCapabilities(inputRate: 8000, outputRate: 8000)
    var context: ProviderContext?
    var heard: [Int16] = []
    var requests: [ProviderRequest] = []
    /// Events to tell at the next call of any kind.
    var script: [(ProviderOutput) -> Void] = []

    private func play(_ out: ProviderOutput) {
        let steps = script
        script = []
        for step in steps { step(out) }
    }

    func start(_ context: ProviderContext, _ out: ProviderOutput) {
        self.context = context
        out.connect(LinkID(1), .worker(name: "fake", configuration: nil))
        play(out)
    }
    func opened(_ link: LinkID, _ opening: LinkOpening, _ out: ProviderOutput) {
        out.event(.ready)
        play(out)
    }
    func received(_ link: LinkID, _ kind: LinkMessageKind, _ payload: Span<UInt8>, _ out: ProviderOutput) { play(out) }
    func closed(_ link: LinkID, _ closure: LinkClosure, _ out: ProviderOutput) {
        out.event(.failure(ProviderFailure(code: "lost", text: "gone", consequence: .reconnect(after: nil))))
    }
    func timer(_ id: ProviderTimer, _ out: ProviderOutput) { play(out) }
    func audio(_ pcm: Span<Int16>, _ out: ProviderOutput) {
        for i in 0..<pcm.count { heard.append(pcm[i]) }
        play(out)
    }
    func perform(_ request: ProviderRequest, _ out: ProviderOutput) {
        requests.append(request)
        play(out)
    }
}

@EngineActor
final class FakeLink: Link {
    let id: LinkID
    weak var delegate: (any LinkDelegate)?
    var isClosed = false
    var queuedBytes: Int { 0 }

    init(_ id: LinkID, _ delegate: any LinkDelegate) {
        self.id = id
        self.delegate = delegate
    }
    func send(_ kind: LinkMessageKind, _ payload: Span<UInt8>) -> Bool { true }
    func finish() {}
    func close(code: Int, reason: String) { isClosed = true }
}

@EngineActor
final class FakeOpener: LinkOpener {
    var links: [FakeLink] = []
    func open(_ id: LinkID, _ endpoint: Endpoint, delegate: any LinkDelegate) -> any Link {
        let link = FakeLink(id, delegate)
        links.append(link)
        return link
    }
}

/// A tap that keeps everything.
@EngineActor
final class KeepingTap: SessionTap {
    var user: [(at: Int64, count: Int)] = []
    var agent: [(at: Int64, count: Int)] = []
    var records: [EventRecord] = []
    var hasEnded = false
    func tapUser(_ pcm: Span<Int16>, at position: Int64) { user.append((position, pcm.count)) }
    func tapAgent(_ pcm: Span<Int16>, at position: Int64) { agent.append((position, pcm.count)) }
    func tapEvent(_ record: EventRecord) { records.append(record) }
    func tapEnded() { hasEnded = true }
}

@EngineActor
final class KeepingFactory: SessionTapFactory {
    var taps: [KeepingTap] = []
    nonisolated init() {}
    func makeTap(
        session: SessionID, start: SessionStart, wall: WallTime,
        report: @escaping @EngineActor @Sendable (Event) -> Void
    ) -> any SessionTap {
        let tap = KeepingTap()
        taps.append(tap)
        return tap
    }
}

/// The providers that a session asked for, oldest first.
@EngineActor
final class Shelf {
    var providers: [ScriptedProvider] = []
}

/// One session with fakes around it and time by hand.
@EngineActor
final class SessionBench {
    let loop = ManualLoop()
    let leg = FakeLeg()
    let opener = FakeOpener()
    let factory = KeepingFactory()
    private let shelf = Shelf()
    var providers: [ScriptedProvider] { shelf.providers }
    let engine: Engine
    let session: Session

    init(
        _ settings: SessionSettings = SessionSettings(), kind: LegKind = .audioSocket,
        microphone: (any OperatorMicrophone)? = nil,
        prepare: @escaping (ScriptedProvider) -> Void = { _ in },
        configure: (inout SessionEnvironment) -> Void = { _ in }
    ) {
        let shelf = shelf
        var environment = SessionEnvironment(loop: loop, opener: opener, tools: .builtIn, recording: factory) {
            (_) throws(ConfigurationError) in
            let provider = ScriptedProvider()
            prepare(provider)
            shelf.providers.append(provider)
            return provider
        }
        configure(&environment)
        engine = Engine(
            environment: environment, defaults: .init(provider: "a", settings: settings, record: true),
            providers: ["a", "b"], meters: MeterBoard(), consoleLegs: nil, monitor: nil, microphone: microphone,
            onShutdown: {})
        leg.info.kind = kind
        session = engine.accept(leg)
    }

    /// Opens the newest link: its provider becomes ready.
    func openNewest() {
        guard let link = opener.links.last else { return }
        link.delegate?.linkOpened(link.id, LinkOpening(status: 0))
        loop.runPosted()
    }

    /// A message on the newest link: the scripts of that provider play.
    func poke(_ index: Int? = nil) {
        let link = opener.links[index ?? opener.links.count - 1]
        link.delegate?.linkReceived(link.id, .text, [UInt8]([1]).span)
        loop.runPosted()
    }

    /// `frames` of 20 ms pass: the caller says `pcm` (160 samples), the leg plays.
    func pass(_ frames: Int, _ value: Int16 = 0) {
        for _ in 0..<frames {
            loop.advance(by: .milliseconds(20))
            leg.say([Int16](repeating: value, count: 160))
            leg.render(1)
        }
    }

    var events: [Event] { factory.taps[0].records.map(\.event) }
}
