import Core
import Synchronization
import TestKit
import Testing

@testable import Service

@Suite struct AttachConnectionTests {
    /// A client on links of a test's hand, with a queue that takes what it tells.
    @EngineActor
    private final class Rig {
        let loop = ManualLoop()
        let opener = ManualOpener()
        let queue = EventQueue(bound: 1000, policy: .latest) {}
        let states = Mutex<[AttachState]>([])
        let client: AttachClient

        init(isReadOnly: Bool = false) {
            let opener = opener
            let box = StateBox()
            client = AttachClient(
                AttachTarget(socketPath: "/run/x.sock"), loop: loop, isReadOnly: isReadOnly, opener: { opener },
                onState: { state in box.states.withLock { $0.append(state) } })
            self.box = box
            client.subscribe(queue)
            loop.runPosted()
        }

        private let box: StateBox
        var seen: [AttachState] { box.states.withLock { $0 } }

        private final class StateBox: Sendable {
            let states = Mutex<[AttachState]>([])
        }

        func tell(_ records: [EventRecord], who: ServiceIdentity = StreamRig.who) throws {
            let sessions = records.compactMap { if case .sessionStarted = $0.event { $0.session } else { nil } }
            opener.receive(StreamNote.hello(who, now: loop.now, sessions: sessions).bytes)
            for record in records { opener.receive(try EventCodec.encode(record)) }
            opener.receive(StreamNote.told.bytes)
        }

        var kinds: [String] { queue.take().records.map { "\($0.session?.text ?? "-") \($0.event.kind.rawValue)" } }
    }

    private func with(readOnly: Bool = false, _ use: @EngineActor (Rig) throws -> Void) throws {
        try EngineActor.executor.occupy {
            let rig = Rig(isReadOnly: readOnly)
            try use(rig)
            rig.client.close()
            rig.loop.runPosted()
        }
    }

    @Test func whatIsToldArrivesAndTheStateIsAttached() throws {
        try with { rig in
            try rig.tell([StreamRig.started("aa")])
            #expect(rig.kinds == ["aa sessionStarted"] && rig.seen == [.attached(StreamRig.who)])
            rig.opener.receive(StreamNote.meters([SessionID("aa"): MeterSnapshot(userLevel: -3, isMuted: true)]).bytes)
            #expect(rig.client.meters(of: SessionID("aa"))?.isMuted == true)
        }
    }

    @Test func aLossIsATroubleUntilItIsBackAndIsTriedAgainLaterAndLater() throws {
        try with { rig in
            try rig.tell([StreamRig.started("aa")])
            rig.opener.receive(StreamNote.meters([SessionID("aa"): MeterSnapshot()]).bytes)
            rig.opener.end("reset")
            #expect(rig.client.meters(of: SessionID("aa")) == nil)
            #expect(rig.kinds == ["aa sessionStarted", "- trouble"])
            var tries: [Int] = []
            for _ in 0..<6 {
                let before = rig.opener.opened.count
                var waited = 0
                while rig.opener.opened.count == before, waited < 10_000 {
                    rig.loop.advance(by: .milliseconds(250))
                    waited += 250
                }
                tries.append(waited)
                rig.opener.end("refused")
            }
            #expect(tries == [250, 500, 1000, 2000, 4000, 4000])
            rig.loop.advance(by: .seconds(5))
            _ = rig.kinds
            try rig.tell([StreamRig.started("aa")])
            #expect(rig.kinds == ["aa sessionStarted", "- troubleCleared"])
        }
    }

    @Test func whatEndedMeanwhileIsEnded() throws {
        try with { rig in
            try rig.tell([StreamRig.started("aa"), StreamRig.started("bb")])
            rig.opener.end("reset")
            rig.loop.advance(by: .seconds(1))
            _ = rig.kinds
            try rig.tell([StreamRig.started("bb")])
            #expect(rig.kinds == ["aa sessionEnded", "bb sessionStarted", "- troubleCleared"])
            rig.opener.end("reset")
            rig.loop.advance(by: .seconds(1))
            _ = rig.kinds
            // Another run of the program: whatever it calls its sessions, they are not ours.
            try rig.tell(
                [StreamRig.started("bb")], who: ServiceIdentity(run: "r2", pid: 8, role: "serve", version: "0"))
            #expect(rig.kinds == ["bb sessionEnded", "bb sessionStarted", "- troubleCleared"])
        }
    }

    @Test func commandsAreAnsweredOrRefusedWithTheReason() throws {
        try with { rig in
            let answers = Mutex<[String?]>([])
            let keep = Answers(answers)
            rig.client.ask(.cutAgent(session: nil)) { keep.add($0) }
            rig.loop.runPosted()
            #expect(keep.all == ["there is no connection to /run/x.sock"])
            try rig.tell([])
            rig.client.ask(.cutAgent(session: nil)) { keep.add($0) }
            rig.loop.runPosted()
            #expect(rig.opener.sent == [#"{"command":{"cutAgent":{}},"id":1}"#])
            rig.opener.receive(StreamNote.answer(id: 1, refused: "not now").bytes)
            rig.client.ask(.note(session: nil, text: "x")) { keep.add($0) }
            rig.loop.runPosted()
            rig.opener.end("reset")
            #expect(keep.all.suffix(2) == ["not now", "the connection was lost; it is not known whether it was done"])
        }
    }

    private final class Answers: Sendable {
        let values: Mutex<[String?]>
        init(_ values: consuming Mutex<[String?]>) { self.values = values }
        func add(_ value: String?) { values.withLock { $0.append(value) } }
        var all: [String] { values.withLock { $0.compactMap { $0 } } }
    }

    @Test func aConsoleThatOnlyWatchesSendsNothing() throws {
        try with(readOnly: true) { rig in
            try rig.tell([])
            rig.client.send(.shutdown)
            rig.loop.runPosted()
            #expect(rig.opener.sent.isEmpty && rig.kinds == ["- commandRefused"])
        }
    }

    @Test func aLateConsumerIsToldAll() throws {
        try with { rig in
            try rig.tell([StreamRig.started("aa")])
            let late = EventQueue(bound: 10, policy: .latest) {}
            rig.client.subscribe(late)
            rig.loop.runPosted()
            #expect(rig.opener.sent == [String(decoding: StreamNote.retell, as: UTF8.self)])
        }
    }

    /// A server that sends nonsense: nothing breaks, and what is a record still arrives.
    @Test func survivesBrokenStreams() throws {
        let seeds = try [
            StreamNote.hello(StreamRig.who, now: MonotonicTime(nanoseconds: 5), sessions: [SessionID("aa")]).bytes,
            StreamNote.told.bytes, StreamNote.missed(3).bytes, StreamNote.answer(id: 1, refused: "x").bytes,
            StreamNote.meters([SessionID("aa"): MeterSnapshot(userLevel: -3)]).bytes,
            EventCodec.encode(StreamRig.started("aa")),
        ]
        var mutator = MessageMutator(seeds: seeds, seed: 62)
        try with { rig in
            for _ in 0..<10_000 {
                rig.opener.receive(mutator.next())
                _ = rig.queue.take()
            }
            try rig.tell([StreamRig.started("cc")])
            #expect(rig.kinds.contains("cc sessionStarted"))
        }
    }

    @Test func urlsAreTakenApart() throws {
        let target = try AttachTarget(url: "https://voice.example:8443/prefix/", token: Secret("t"))
        #expect(target.url.description == "wss://voice.example:8443/prefix/v1/events?console=1")
        #expect(target.name == "wss://voice.example:8443")
        #expect(AttachTarget(socketPath: "/run/x.sock").url.authority == "localhost")
    }
}
