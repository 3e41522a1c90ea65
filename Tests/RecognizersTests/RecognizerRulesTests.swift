import Core
import ProviderKit
import TestKit
import Testing

@testable import Recognizers

/// The rules that every recogniser keeps.
@Suite struct RecognizerRulesTests {
    @Test(arguments: RecognizerSubject.all)
    func startLeadsToReadyOnce(_ subject: RecognizerSubject) throws {
        let harness = try subject.ready()
        #expect(harness.events == [.ready])
        harness.start()
        #expect(harness.events == [.ready])
        #expect(harness.violations == [])
    }

    @Test(arguments: RecognizerSubject.all.filter(\.streams))
    func whatIsSaidWhileConnectingIsSentWhenReady(_ subject: RecognizerSubject) throws {
        guard subject.type != "avr-asr" else { return }
        let harness = RecognizerHarness(try subject.make())
        harness.start()
        harness.speak(ms: 400)
        #expect(harness.sent.isEmpty)
        harness.open(LinkID(0))
        for message in subject.greeting ?? [] { harness.receive(message) }
        let bytes = harness.sent.filter { $0.kind == .binary || $0.text.count > 500 }.map(\.bytes.count).reduce(0, +)
        #expect(bytes >= harness.part.capabilities.inputRate * 2 * 2 / 5)
        #expect(harness.violations == [])
    }

    @Test(arguments: RecognizerSubject.all)
    func everyEndOfTurnGetsOneFinalFromASilentVendor(_ subject: RecognizerSubject) throws {
        let harness = try subject.ready()
        for _ in 0..<3 {
            harness.turnStarted()
            harness.speak(ms: 400)
            harness.turnEnded()
        }
        harness.advance(by: .seconds(300))
        #expect(harness.finals == 3)
        #expect(harness.violations == [])
    }

    @Test(arguments: RecognizerSubject.all)
    func anEndOfTurnWithoutSoundGetsItsFinal(_ subject: RecognizerSubject) throws {
        let harness = try subject.ready()
        harness.turnEnded()
        harness.turnStarted()
        harness.turnEnded()
        harness.advance(by: .seconds(60))
        #expect(harness.finals == 2)
        #expect(harness.texts == [])
    }

    @Test(arguments: RecognizerSubject.all)
    func garbageIsSurvived(_ subject: RecognizerSubject) throws {
        var mutator = MessageMutator(seeds: subject.seeds.map { Array($0.utf8) }, seed: 31)
        var left = 10_000
        while left > 0 {
            let harness = try subject.ready()
            if !subject.streams { harness.onConnect = { harness, link, _ in harness.open(link, status: 200) } }
            harness.turnStarted()
            harness.speak(ms: 200)
            harness.turnEnded()
            for _ in 0..<100 where harness.failures.allSatisfy({ $0.consequence == .goesOn }) {
                left -= 1
                let link = harness.links.first { $0.value == .open }?.key ?? LinkID(0)
                harness.receive(link, mutator.next(), kind: subject.kind)
                harness.receive(LinkID(99), mutator.next(), kind: subject.kind)
                if !subject.streams, left % 5 == 0 { harness.close(link, LinkClosure(.remote)) }
            }
            harness.advance(by: .seconds(300))
            #expect(harness.violations == [])
            guard harness.violations.isEmpty, harness.finals >= 1 else {
                Issue.record("no final after garbage, \(left) left")
                return
            }
        }
    }

    static let causes: [LinkClosure.Cause] = [
        .remote, .nameNotResolved, .refused, .tls, .rejected(status: 401), .rejected(status: 402),
        .rejected(status: 429), .rejected(status: 503), .timedOut, .broken, .protocolError, .local,
    ]

    @Test(arguments: RecognizerSubject.all.filter(\.streams), causes)
    func aLostLinkIsOneFailureAfterTheFinal(_ subject: RecognizerSubject, _ cause: LinkClosure.Cause) throws {
        let harness = try subject.ready()
        harness.turnStarted()
        harness.speak(ms: 200)
        harness.turnEnded()
        harness.forget()
        harness.close(LinkID(0), LinkClosure(cause, code: 1006, reason: "gone"))
        #expect(harness.failures.count == 1)
        #expect(harness.finals == 1)
        if case .failure? = harness.events.last {} else { Issue.record("the failure is not the last event") }
        harness.turnEnded()
        harness.finish()
        harness.advance(by: .seconds(60))
        #expect(harness.timers.isEmpty)
        #expect(harness.violations == [])
    }

    @Test(arguments: RecognizerSubject.all)
    func closeIsClean(_ subject: RecognizerSubject) throws {
        let harness = try subject.ready()
        harness.turnStarted()
        harness.speak(ms: 200)
        harness.turnEnded()
        harness.forget()
        harness.finish()
        harness.finish()
        harness.speak(ms: 40)
        harness.turnEnded()
        harness.advance(by: .seconds(60))
        #expect(harness.events == [])
        #expect(harness.timers.isEmpty)
        #expect(harness.links.values.allSatisfy { $0 == .closed })
        #expect(harness.violations == [])
        let early = RecognizerHarness(try subject.make())
        early.start()
        early.finish()
        early.advance(by: .seconds(60))
        #expect(early.failures == [])
        #expect(early.violations == [])
    }

    @Test(arguments: RecognizerSubject.all)
    func theKeyIsNeverShown(_ subject: RecognizerSubject) throws {
        let secret = RecognizerSubject.secret
        let harness = try subject.ready()
        harness.turnStarted()
        harness.speak(ms: 200)
        harness.turnEnded()
        let body = Array(#"{"error":{"message":"bad key \#(secret)"}}"#.utf8)
        let link = harness.links.keys.first ?? LinkID(0)
        harness.close(link, LinkClosure(.rejected(status: 401), reason: "bad \(secret)", body: body))
        #expect(harness.failures.first?.consequence == .fatal)
        #expect(!harness.visible.contains(secret))
        #expect(!harness.sent.contains { $0.text.contains(secret) })
    }

    @Test(arguments: RecognizerList.all.map(\.name))
    func unknownOptionsAreRefusedWithAHint(_ name: String) throws {
        let type = try #require(RecognizerList.all.first { $0.name == name })
        let configuration = ProviderConfiguration(
            name: "ears", key: Secret("k-123456"), options: ["languag": "de", "region": "westeurope"])
        #expect { _ = try type.make(configuration) } throws: { error in
            let text = "\(error)"
            return text.contains("languag") || text.contains("region")
        }
    }

    @Test(arguments: RecognizerList.all.filter { !$0.keyVariables.isEmpty }.map(\.name))
    func aMissingKeyNamesItsVariable(_ name: String) throws {
        let type = try #require(RecognizerList.all.first { $0.name == name })
        let options: JSONValue = name == "azure-speech" ? ["region": "westeurope"] : [:]
        #expect { _ = try type.make(ProviderConfiguration(name: "ears", options: options)) } throws: {
            "\($0)".contains(type.keyVariables[0])
        }
    }

    /// Every option that is documented is read, and the other way round.
    @Test(arguments: RecognizerList.all.map(\.name))
    func documentedOptionsExist(_ name: String) throws {
        let type = try #require(RecognizerList.all.first { $0.name == name })
        let names = type.options.map(\.name)
        #expect(Set(names).count == names.count)
        for option in names {
            var options: JSONValue = [option: ["\u{1}": 1]]
            for (key, value) in Self.needed[name + " " + option] ?? [:] { options[key] = .string(value) }
            if name == "azure-speech", option != "region" { options["region"] = "westeurope" }
            #expect {
                _ = try type.make(ProviderConfiguration(name: "ears", key: Secret("k-123456"), options: options))
            } throws: { !"\($0)".contains("option \(option): there is no such option") }
        }
    }

    /// Options that exist in one mode only.
    private static let needed: [String: [String: String]] = [
        "elevenlabs-scribe temperature": ["mode": "batch"], "elevenlabs-scribe tag_audio_events": ["mode": "batch"],
        "elevenlabs-scribe preroll_ms": ["mode": "batch"], "cartesia-stt min_volume": ["mode": "manual"],
        "cartesia-stt max_silence_duration_secs": ["mode": "manual"],
        "google-speech project": ["version": "v2"], "google-speech location": ["version": "v2", "project": "p"],
        "azure-speech api_version": ["region": "westeurope", "mode": "fast"],
    ]
}
