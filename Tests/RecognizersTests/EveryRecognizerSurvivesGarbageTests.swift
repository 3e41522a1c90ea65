import Core
import ProviderKit
import TestKit
import Testing

@testable import Recognizers

/// Each type of the list hears 10,000 broken messages of its vendor, in every state and as every kind of message.
@Suite struct EveryRecognizerSurvivesGarbageTests {
    /// Types that the shared rules leave out, because their peer is no vendor.
    private static let others = [
        RecognizerSubject(
            type: Local.descriptor.name, options: [:], greeting: [#"{"type":"loaded","ms":3}"#],
            seeds: [
                #"{"type":"final","id":1,"text":"hello","ms":12.5}"#, #"{"type":"error","reason":"dropped"}"#,
                #"{"type":"unavailable","reason":"x","fix":null}"#,
            ]),
        RecognizerSubject(type: WyomingSTT.descriptor.name, options: [:], seeds: wyoming, kind: .chunk),
    ]

    private static let wyoming: [String] = {
        var transcript: [UInt8] = []
        WyomingMessage.append("transcript", ["text": "one two", "language": "en"], to: &transcript)
        var streamed: [UInt8] = []
        WyomingMessage.append("transcript-start", ["language": "en"], to: &streamed)
        WyomingMessage.append("transcript-chunk", ["text": "one"], to: &streamed)
        WyomingMessage.append("transcript-stop", .object([]), to: &streamed)
        return [transcript, streamed].map { String(decoding: $0, as: UTF8.self) }
    }()

    /// Every way in which a type is used; none for a type that nobody has described: then the test fails.
    private static func subjects(_ type: String) -> [RecognizerSubject] {
        (RecognizerSubject.all + others).filter { $0.type == type }
    }

    @Test(arguments: RecognizerList.all.map(\.name))
    func survives(_ type: String) throws {
        let subjects = Self.subjects(type)
        #expect(!subjects.isEmpty, "\(type) has no messages to be broken: add it to the table")
        for subject in subjects {
            var life = Life(subject)
            while life.delivered < 10_000, life.problems.isEmpty { try life.play() }
            #expect(life.problems == [], "\(subject)")
            #expect(life.delivered >= 10_000)
        }
    }

    /// One recogniser after the other, each until its end or for 100 messages.
    private struct Life {
        let subject: RecognizerSubject
        var delivered = 0
        var problems: [String] = []
        private var mutator: MessageMutator
        private var random = SeededRandom(31)
        private var count = 0

        init(_ subject: RecognizerSubject) {
            self.subject = subject
            mutator = MessageMutator(seeds: subject.seeds.map { Array($0.utf8) }, seed: 32)
        }

        mutating func play() throws {
            count += 1
            let harness = try subject.harness()
            // Every fourth vendor says nothing before the garbage.
            if !subject.streams || count % 4 == 0 { harness.onConnect = { $0.open($1, status: $2.successStatus) } }
            harness.start()
            var isOver = false
            for step in 0..<120 where !isOver {
                if step % 12 == 0 { harness.turnStarted() }
                if step % 4 == 0 { harness.speak(ms: 40) }
                if step % 12 == 9 { harness.turnEnded() }
                if step % 10 == 7 { harness.advance(by: .milliseconds(700)) }
                deliver(harness, closing: step % 23 == 22)
                isOver = harness.failures.contains { $0.consequence != .goesOn }
                harness.forget()
            }
            harness.turnEnded()
            harness.finish()
            harness.advance(by: .seconds(300))
            if !harness.timers.isEmpty { problems.append("leaves timers behind") }
            problems += harness.violations
            if count > 20_000 { problems.append("only \(delivered) messages arrived") }
        }

        private mutating func deliver(_ harness: RecognizerHarness, closing: Bool) {
            guard let link = harness.links.first(where: { $0.value == .open })?.key else { return }
            delivered += 1
            let kinds: [LinkMessageKind] = [subject.kind, subject.kind, subject.kind, .text, .binary, .chunk]
            let bytes = mutator.next()
            let before = harness.events.count
            harness.receive(link, bytes, kind: kinds.randomElement(using: &random) ?? subject.kind)
            let events = harness.events.count - before
            if events > 16 + bytes.count { problems.append("\(events) events of \(bytes.count) bytes") }
            if closing { harness.close(link, LinkClosure(.remote)) }
        }
    }
}

extension Endpoint {
    /// What a link of this kind opens with.
    fileprivate var successStatus: Int {
        switch self {
        case .webSocket: 101
        case .http: 200
        default: 0
        }
    }
}
