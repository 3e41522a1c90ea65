import Core
import ProviderKit
import Testing

@testable import Synthesizers

/// A synthesiser without a network: the test plays links and clock, and reads what the part did.
final class PartScript {
    let part: any Synthesizer
    let base = ProviderOutput()
    let out: PartOutput<SynthesizerEvent>
    /// Links in the order in which they were asked for.
    private(set) var links: [(id: LinkID, endpoint: Endpoint)] = []
    private(set) var sent: [(link: LinkID, text: String)] = []
    private(set) var closed: [LinkID] = []
    private(set) var timers: [ProviderTimer: Duration] = [:]
    private(set) var events: [SynthesizerEvent] = []
    /// Samples of each sentence in the order of telling.
    private(set) var audio: [(number: Int, pcm: [Int16])] = []

    /// Links that are open, by their place in `links`.
    private(set) var running: [Int] = []
    /// Links before this one were opened, or have ended before that.
    private var opened = 0

    init(
        _ name: String, model: String? = nil, voice: String? = nil, base address: String? = nil,
        options: JSONValue = .object([])
    ) throws {
        let descriptor = try #require(SynthesizerList.all.first { $0.name == name })
        var configuration = ProviderConfiguration(name: name, model: model, voice: voice, options: options)
        configuration.baseURL = try address.map { try URLParts(parsing: $0) }
        configuration.key = Secret("sk-test-key-123456")
        part = try descriptor.make(configuration)
        out = PartOutput(base)
    }

    func call(after: Duration = .zero, _ body: (any Synthesizer, PartOutput<SynthesizerEvent>) -> Void) {
        base.now = base.now + after
        body(part, out)
        for action in base.actions {
            switch action {
            case .connect(let id, let endpoint): links.append((id, endpoint))
            case .send(let id, _, let range):
                sent.append((id, String(decoding: base.bytes[range], as: UTF8.self)))
            case .close(let id, _, _): closed.append(id)
            case .timer(let id, let after): timers[id] = after
            case .cancelTimer(let id): timers[id] = nil
            case .finish, .event, .trace: break
            }
        }
        for event in out.take() {
            events.append(event)
            if case .audio(let number, let range) = event { audio.append((number, Array(base.pcm[range]))) }
        }
        base.reset()
    }

    func start() { call { $0.start(PartContext(), $1) } }
    func speak(_ number: Int, _ text: String = "Hello there.") { call { $0.speak(number, text, ends: false, $1) } }
    func cancel() { call { $0.cancel($1) } }

    func open(_ index: Int, status: Int = 200, type: String = "audio/pcm") {
        let opening = LinkOpening(status: status, headers: [HeaderField("content-type", type)])
        running.append(index)
        call { $0.opened(links[index].id, opening, $1) }
    }

    /// Does what a network does meanwhile: ends the links that the part has closed, opens those that it asked for.
    func settle(status: Int) {
        for index in running where closed.contains(links[index].id) { close(index, LinkClosure(.local)) }
        closed = []
        while opened < links.count {
            opened += 1
            open(opened - 1, status: status)
        }
    }

    /// Samples told so far.
    var samples: Int { audio.reduce(0) { $0 + $1.pcm.count } }

    func receive(_ index: Int, _ bytes: [UInt8], _ kind: LinkMessageKind = .chunk) {
        call { $0.received(links[index].id, kind, bytes.span, $1) }
    }

    func receive(_ index: Int, _ text: String, _ kind: LinkMessageKind = .text) {
        receive(index, Array(text.utf8), kind)
    }

    func close(_ index: Int, _ closure: LinkClosure = LinkClosure(.remote)) {
        running.removeAll { $0 == index }
        call { $0.closed(links[index].id, closure, $1) }
    }

    func fire(_ timer: Int, after: Duration) { call(after: after) { $0.timer(ProviderTimer(timer), $1) } }

    var ended: [Int] { events.compactMap { if case .ended(let number) = $0 { number } else { nil } } }
    var failures: [ProviderFailure] { events.compactMap { if case .failure(let it) = $0 { it } else { nil } } }
    var words: [SpokenWord] { events.flatMap { if case .words(_, let some) = $0 { some } else { [] as [SpokenWord] } } }
    var heard: [Int] { audio.map(\.number) }
}
