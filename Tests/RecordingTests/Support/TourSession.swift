import Core

@testable import Recording

/// The conversation of `sessions/tour`, which has one of everything that a screen shows: seven turns, two of them with the word
/// Lyon, a barge-in with cut words, two tool calls, a slow turn, a turn whose answer has no measured beginning, a switch of the
/// provider, a trouble that comes and goes, a note.
extension SampleSession {
    /// Names of the voices, in the order they speak.
    static let tourVoices = [
        "tour-u1", "tour-a1", "tour-u2", "tour-a2", "tour-u3", "tour-a3", "tour-u4", "tour-a4", "tour-u5", "tour-a5",
    ]

    func tour(_ voice: (String) -> [Int16]) {
        // Turn 1: a tool.
        var at = userSays(0.4, turn: 1, "What is the weather in Lyon?", voice("tour-u1"))
        call(at + 0.3, turn: 1, "get_weather", #"{"city":"Lyon"}"#, #"{"c":24,"sky":"sun"}"#, ms: 120)
        at = agentSays(at + 0.7, turn: 1, "In Lyon it is sunny, 24 degrees.", voice("tour-a1"))
        ended(at, turn: 1, .completed, tool: 120)
        // Turn 2: cut by the next.
        at = userSays(at + 0.5, turn: 2, "And the day after?", voice("tour-u2"))
        let speaks = at + 0.62
        let interrupts = speaks + 1.7
        at = agentSays(
            speaks, turn: 2, "The day after you can expect light rain in the morning and some sun later in the day.",
            voice("tour-a2"), cutAt: interrupts + 0.18)
        ended(at, turn: 2, .interrupted, tool: nil, e2e: 620)
        // Turn 3: slow, because of a tool.
        at = userSays(interrupts, turn: 3, "Stop. Book a table in Lyon for two at eight.", voice("tour-u3"))
        call(at + 0.5, turn: 3, "book_table", #"{"guests":2,"time":"20:00"}"#, #"{"ok":true}"#, ms: 1400)
        note(
            at + 1.5,
            .trouble(
                Trouble(
                    code: "turn.slow", severity: .warning, text: "no answer for 1.5 s",
                    fix: "book_table is slow; give it a timeout")))
        at = agentSays(at + 2.4, turn: 3, "Done. A table for two at eight.", voice("tour-a3"))
        note(at, .troubleCleared(TroubleCleared(code: "turn.slow")))
        ended(at, turn: 3, .completed, tool: 1400, e2e: 2400)
        note(at + 0.1, .providerSwitch(ProviderSwitch(phase: .requested, from: "mock", to: "second")))
        note(
            at + 0.3,
            .providerSwitch(ProviderSwitch(phase: .done, from: "mock", to: "second", contextTurns: 3, ms: 212)))
        // Turn 4: nobody knows when its answer began.
        at = userSays(at + 0.6, turn: 4, "Is there parking?", voice("tour-u4"))
        at = agentSays(at + 0.8, turn: 4, "There is a garage across the street.", voice("tour-a4"))
        ended(at, turn: 4, .completed, tool: nil, e2e: nil, provider: "second")
        note(at + 0.2, .note(Note("asks about parking")))
        // Turns 5 to 7: enough for percentiles.
        for (turn, e2e) in [(5, 560.0), (6, 640), (7, 720)] {
            at = userSays(at + 0.5, turn: turn, "Thank you.", voice("tour-u5"))
            at = agentSays(at + e2e / 1000, turn: turn, "You are welcome.", voice("tour-a5"))
            ended(at, turn: turn, .completed, tool: nil, e2e: e2e, provider: "second")
        }
        hangUp(at + 0.3)
    }

    private func call(
        _ at: Double, turn: Int, _ name: String, _ arguments: String, _ output: String, ms: Double
    ) {
        note(at, .toolCallStarted(ToolCallStart(id: "call-\(turn)", turn: turn, name: name, arguments: arguments)))
        note(
            at + ms / 1000,
            .toolCallEnded(
                ToolCallEnd(id: "call-\(turn)", turn: turn, name: name, outcome: .result, output: output, ms: ms)))
    }
}
