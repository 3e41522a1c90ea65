import Core
import Testing

@testable import Service

@Suite struct StateFoldTests {
    private func record(_ event: Event, _ session: String? = "aa") -> EventRecord {
        EventRecord(
            sequence: 1, time: MonotonicTime(nanoseconds: 0), wall: WallTime(nanoseconds: 0), audio: 0,
            session: session.map { SessionID($0) }, event: event)
    }

    @Test func sessionsTurnsAndTroublesAreFolded() {
        var fold = StateFold()
        fold.add(
            record(.sessionStarted(SessionStart(leg: .audioSocket, provider: "mock", agent: "a", sampleRate: 8000))))
        fold.add(record(.stateChanged(StateChange(.speaking))))
        fold.add(record(.trouble(Trouble(code: "provider.lost", severity: .error, text: "gone"))))
        fold.add(record(.turnEnded(TurnReport(turn: 1, outcome: .completed, e2eMs: 620, parts: [], provider: "mock"))))
        #expect(fold.state["sessions"]?[0]?["state"]?.string == "speaking")
        #expect(fold.state["troubles"]?.array?.count == 1)
        #expect(fold.prometheus.contains("sidetone_turn_latency_seconds_bucket{le=\"0.8\"} 1"))
        #expect(fold.prometheus.contains("sidetone_turn_latency_seconds_bucket{le=\"0.6\"} 0"))
        fold.add(record(.sessionEnded(SessionEnd(by: .caller, reason: "hung up"))))
        #expect(fold.state["active"]?.int == 0 && fold.state["troubles"]?.array?.isEmpty == true)
        #expect(fold.prometheus.contains("sidetone_sessions_ended_total{by=\"caller\"} 1"))
    }

    @Test func aSwitchChangesWhoServes() {
        var fold = StateFold()
        fold.add(
            record(.sessionStarted(SessionStart(leg: .audioSocket, provider: "a", agent: "x", sampleRate: 8000))))
        fold.add(record(.providerSwitch(ProviderSwitch(phase: .preparing, from: "a", to: "b"))))
        #expect(fold.state["sessions"]?.array?.first?["provider"]?.string == "a")
        fold.add(record(.providerSwitch(ProviderSwitch(phase: .done, from: "a", to: "b"))))
        #expect(fold.state["sessions"]?.array?.first?["provider"]?.string == "b")
    }

    @Test func healthOfProvidersIsShown() {
        var fold = StateFold()
        var health = ProviderHealth(name: "a", obstacle: "no key")
        health.failures = 2
        fold.add(record(.system(SystemReport(providers: ["a"], health: [health]))))
        let shown = fold.state["provider_health"]?.array?.first
        #expect(shown?["obstacle"]?.string == "no key" && shown?["failures"]?.int == 2 && shown?["reachable"] == .null)
    }
}
