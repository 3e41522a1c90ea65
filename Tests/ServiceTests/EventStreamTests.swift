import Core
import Synchronization
import TestKit
import Testing

@testable import Service

@Suite struct EventStreamTests {
    /// A stream on a handler of `engine`, begun; `use` gets all of it.
    private func with(
        _ engine: TellingEngine, console: Bool = true,
        _ use: @EngineActor (ManualLoop, RecordingPeer, any WebSocketPeerDelegate) throws -> Void
    ) throws {
        try EngineActor.executor.occupy {
            let loop = ManualLoop()
            let handler = try ServiceHandler(
                address: SocketAddress(socketPath: "/none"), token: nil, client: engine, loop: loop,
                identity: StreamRig.who)
            let query = console ? [(name: "console", value: "1")] : []
            let answer = handler.upgrade(HTTPRequest(method: "GET", path: "/v1/events", query: query))
            guard case .accept(let delegate, _) = answer else {
                Issue.record("no stream")
                return
            }
            let peer = RecordingPeer()
            handler.upgraded(peer, delegate)
            loop.runPosted()
            try use(loop, peer, delegate)
            delegate.peerClosed(peer, LinkClosure(.remote))
        }
    }

    @Test func aConsoleIsToldAllBetweenHelloAndTold() throws {
        let engine = TellingEngine([StreamRig.started("aa"), StreamRig.started("bb")])
        try with(engine) { loop, peer, _ in
            #expect(peer.types == ["hello", "sessionStarted", "sessionStarted", "told"])
            let hello = try JSONParser.parse(peer.texts.first { $0.contains("hello") } ?? "")
            #expect(hello["run"]?.string == "r1" && hello["sessions"]?.array?.count == 2)
            engine.publish(StreamRig.record(.note(Note("x")), "aa", 2))
            loop.runPosted()
            #expect(peer.types.last == "note")
        }
    }

    @Test func othersGetTheRecordsAlone() throws {
        try with(TellingEngine([StreamRig.started("aa")]), console: false) { loop, peer, _ in
            loop.advance(by: .seconds(1))
            #expect(peer.types == ["sessionStarted"] && peer.texts.count == 1)
        }
    }

    @Test func aCommandIsAnsweredAndARefusalGoesToWhoAsked() throws {
        let engine = TellingEngine([StreamRig.started("aa")], refuses: ["cutAgent"])
        try with(engine) { loop, peer, stream in
            let good = Array(#"{"id":4,"command":{"note":{"text":"hi"}}}"#.utf8)
            stream.peerReceived(peer, .text, good.span)
            loop.runPosted()
            #expect(peer.texts.last == #"{"type":"answer","id":4}"#)
            let bad = Array(#"{"id":5,"command":{"cutAgent":{}}}"#.utf8)
            stream.peerReceived(peer, .text, bad.span)
            loop.runPosted()
            #expect(peer.texts.last == #"{"type":"answer","id":5,"refused":"not now"}"#)
            #expect(!peer.types.contains("commandRefused"))
            #expect(engine.sent.withLock { $0.count } == 2)
        }
    }

    @Test func aClientThatDoesNotReadIsToldWhatItMissedAndThenAllAgain() throws {
        let engine = TellingEngine([StreamRig.started("aa")])
        try with(engine) { loop, peer, _ in
            peer.queuedBytes = 10 << 20
            for sequence in 2..<40 { engine.publish(StreamRig.record(.note(Note("x")), "aa", UInt64(sequence))) }
            loop.advance(by: .seconds(11))
            #expect(peer.types == ["hello", "sessionStarted", "told"])
            peer.queuedBytes = 0
            loop.advance(by: .seconds(1))
            let missed = try JSONParser.parse(peer.texts.first { $0.contains(#""missed""#) } ?? "")
            #expect(missed["count"]?.int == 38)
            #expect(peer.types.suffix(4) == ["missed", "hello", "sessionStarted", "told"])
        }
    }

    @Test func aConsoleMayAskToBeToldAgain() throws {
        try with(TellingEngine([StreamRig.started("aa")])) { loop, peer, stream in
            let wish = StreamNote.retell
            stream.peerReceived(peer, .text, wish.span)
            loop.runPosted()
            #expect(peer.types == ["hello", "sessionStarted", "told", "hello", "sessionStarted", "told"])
        }
    }

    @Test func metersGoOutTwentyTimesASecond() throws {
        try with(TellingEngine([StreamRig.started("aa")])) { loop, peer, _ in
            let before = peer.texts.count { $0.contains(#""meters""#) }
            loop.advance(by: .seconds(1))
            let after = peer.texts.count { $0.contains(#""meters""#) }
            #expect(after - before == 20)
            let row = #"{"aa":[-20,null,0,0.5,null,false,null,null,0,true]}"#
            #expect(peer.texts.last { $0.contains("meters") } == #"{"type":"meters","sessions":"# + row + "}")
        }
    }
}
