import Core
import ProviderKit

/// Feeds a provider with broken messages, in every state and as every kind of message, while the session asks for things.
///
/// Counted is what reached the provider on an open link; what a closed link would have swallowed does not count.
public struct GarbageRun {
    /// Gives a harness whose vendor's script is installed; nothing is started.
    private let make: () throws -> ProviderHarness
    private let link: LinkID
    private var mutator: MessageMutator
    private var random: SeededRandom
    /// Messages that reached the provider.
    public private(set) var delivered = 0
    /// Times a provider was made anew, after 100 messages or at its end.
    public private(set) var lives = 0
    /// What was wrong, without repetitions.
    public private(set) var problems: [String] = []

    /// A run over this provider; `seeds` are valid messages of its vendor, or none when it has no wire.
    public init(seeds: [[UInt8]], link: LinkID, seed: UInt64 = 26, make: @escaping () throws -> ProviderHarness) {
        self.make = make
        self.link = link
        mutator = MessageMutator(seeds: seeds.isEmpty ? Self.words : seeds, seed: seed)
        random = SeededRandom(seed)
    }

    /// What is said to a provider without a wire.
    private static let words = ["what time is it", "{\"say\":\"\u{1B}[2J\"}", "😀 \u{0} \u{202E}", ""].map {
        Array($0.utf8)
    }

    /// Runs until so many messages were delivered, or until a rule was broken.
    public mutating func run(_ messages: Int) throws {
        while delivered < messages, problems.isEmpty, lives <= messages {
            lives += 1
            try live(until: min(messages, delivered + 100))
        }
    }

    private mutating func live(until end: Int) throws {
        let harness = try make()
        // Every fourth vendor opens the link and is silent, so that garbage is the first thing that is heard.
        if lives % 4 == 0 { harness.onSend = { _, _ in } }
        harness.start(ConformanceSuite.context)
        if lives % 4 != 0 { harness.advance(by: .seconds(1)) }
        var idle = 0
        while delivered < end, !harness.isOver, idle < 50 {
            guard let open = open(harness) else {
                idle += 1
                for link in harness.links.keys.sorted(by: { $0.number < $1.number }) { harness.open(link) }
                harness.advance(by: .seconds(1))
                continue
            }
            deliver(harness, open)
            if delivered % 7 == 0 { ask(harness) }
            if delivered % 11 == 0 { harness.advance(by: .milliseconds(500)) }
        }
        finish(harness)
    }

    /// A link to speak on; a provider without any is spoken to by requests.
    private func open(_ harness: ProviderHarness) -> LinkID? {
        if harness.links.isEmpty { return link }
        if harness.links[link] == .open { return link }
        return harness.links.first { $0.value == .open }?.key
    }

    private mutating func deliver(_ harness: ProviderHarness, _ open: LinkID) {
        delivered += 1
        let bytes = mutator.next()
        harness.forget()
        if harness.links.isEmpty {
            harness.perform(.userText(String(decoding: bytes, as: UTF8.self)))
        } else {
            let kinds: [LinkMessageKind] = [.text, .text, .text, .binary, .chunk, .serverSentEvent]
            harness.receive(open, bytes, kind: kinds.randomElement(using: &random) ?? .text)
        }
        bound(harness, bytes.count)
    }

    /// One message may make so much and no more: a peer's small lie must not become a flood.
    private mutating func bound(_ harness: ProviderHarness, _ count: Int) {
        let sent = harness.sent.reduce(0) { $0 + $1.bytes.count }
        if harness.events.count > 64 + count { note("\(harness.events.count) events of \(count) bytes") }
        if harness.pcm.count > 48_000 + 16 * count { note("\(harness.pcm.count) samples of \(count) bytes") }
        if sent > 65_536 + 8 * count { note("\(sent) bytes sent for \(count) bytes") }
        if harness.timers.count > 64 { note("\(harness.timers.count) timers") }
    }

    /// What a session may ask in the midst of it.
    private mutating func ask(_ harness: ProviderHarness) {
        let text = String(decoding: mutator.next().prefix(200), as: UTF8.self)
        let item = harness.out.items.randomElement(using: &random)
        let requests: [ProviderRequest] = [
            .userText(text), .toolResult(callID: harness.toolCalls.last?.id ?? text, output: text, isError: false),
            .interrupt(item: item, heardMs: Int.random(in: 0...90_000, using: &random), cancelledByProvider: false),
            .interrupt(item: item, heardMs: 0, cancelledByProvider: true), .userTurnStarted, .userTurnEnded,
            .speak(text), .respond(instructions: text), .updateInstructions(text), .playedOut(item: item ?? text),
        ]
        if let request = requests.randomElement(using: &random) { harness.perform(request) }
        harness.audio([Int16](repeating: 1000, count: Int.random(in: 0...960, using: &random)))
    }

    private mutating func finish(_ harness: ProviderHarness) {
        let wasOver = harness.isOver
        if !wasOver { harness.close(link, LinkClosure(.broken, code: 1006, reason: "gone")) }
        harness.perform(.close)
        harness.advance(by: .seconds(120))
        for problem in harness.violations { note(problem) }
        if harness.terminals > 1 { note("\(harness.terminals) terminal failures") }
        if harness.isOver, !harness.timers.isEmpty { note("leaves timers behind") }
    }

    private mutating func note(_ problem: String) {
        if problems.count < 10, !problems.contains(problem) { problems.append(problem) }
    }
}
