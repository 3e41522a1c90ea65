import Core
import Terminal

/// An event in one line of words: for the Events view and for `--plain`.
struct EventLine {
    let time: String
    let name: String
    let detail: String
    let role: Role

    /// Whether something is wrong.
    var isWarning: Bool { [.warning, .error, .toolError].contains(role) }

    init(_ record: EventRecord) {
        time = Self.clock(record.wall)
        name = record.event.kind.rawValue
        (detail, role) = Self.describe(record.event)
    }

    /// `14:03:22.118`.
    private static func clock(_ wall: WallTime) -> String {
        let millis = String(wall.nanoseconds / 1_000_000 % 1000)
        return wall.localClock + "." + String(repeating: "0", count: max(0, 3 - millis.count)) + millis
    }

    private static func describe(_ event: Event) -> (String, Role) {
        switch event {
        case .sessionStarted, .sessionEnded, .stateChanged, .providerChanged, .providerSwitch, .system:
            course(event)
        case .userSpeechStarted, .userSpeechStopped, .userTranscript, .agentText, .agentSpeechStarted,
            .agentSpeechProgress, .agentSpeechStopped, .bargeIn, .agentYielded, .speechIgnored, .turnStarted,
            .turnEnded, .textSubmitted, .dtmf:
            speech(event)
        default: operation(event)
        }
    }

    private static func course(_ event: Event) -> (String, Role) {
        switch event {
        case .sessionStarted(let start):
            (
                words(start.leg.rawValue, start.provider, start.model, start.caller.map { "caller \($0)" }, start.peer),
                .info
            )
        case .sessionEnded(let end): ("by \(end.by.rawValue): \(end.reason)", .info)
        case .stateChanged(let change): (words(change.state.rawValue, change.reason), .info)
        case .providerChanged(let change):
            (
                words(
                    change.provider, change.state.rawValue, change.connectMs.map { Format.milliseconds($0) },
                    change.reason),
                change.state == .failed || change.state == .reconnecting ? .warning : .info
            )
        case .providerSwitch(let change):
            (
                words(
                    "\(change.phase.rawValue) \(change.from) -> \(change.to)",
                    change.ms.map { Format.milliseconds($0) },
                    change.reason), change.phase == .failed ? .warning : .marker
            )
        case .system(let system):
            (
                words(
                    system.audioSocket.map { "audiosocket \($0)" }, system.capture.map { "capture \($0)" },
                    system.playback.map { "playback \($0)" }, system.deviceReason, "active \(system.active)"), .info
            )
        default: ("", .text)
        }
    }

    private static func speech(_ event: Event) -> (String, Role) {
        switch event {
        case .userSpeechStarted(let mark):
            (
                words(
                    "turn \(mark.turn)", mark.detector.rawValue, mark.probability.map { "p \(Format.decimal($0, 2))" }),
                .vad
            )
        case .userSpeechStopped(let mark): (words("turn \(mark.turn)", mark.detector.rawValue), .vad)
        case .userTranscript(let said): ("\(said.isFinal ? "final" : "partial") \"\(said.text)\"", .you)
        case .agentText(let text): ("\(text.isFinal ? "whole" : "more") \"\(text.text)\"", .agent)
        case .agentSpeechStarted(let speech): ("turn \(speech.turn) \(speech.item)", .agent)
        case .agentSpeechProgress(let speech):
            ("heard \(Format.seconds(speech.heardMs)) of \(Format.seconds(speech.generatedMs))", .agent)
        case .agentSpeechStopped(let speech):
            (
                "\(speech.wasCut ? "cut" : "played") at \(Format.seconds(speech.heardMs))"
                    + " of \(Format.seconds(speech.generatedMs))", .agent
            )
        case .bargeIn(let cut):
            (
                words(
                    "heard \(Format.seconds(cut.heardMs)) of \(Format.seconds(cut.generatedMs))",
                    cut.detectMs.map { "detected in \(Format.milliseconds($0))" }, cut.reason), .bargeIn
            )
        case .agentYielded(let yield):
            (
                words(
                    yield.detectMs.map { "detected in \(Format.milliseconds($0))" },
                    "yielded in \(Format.milliseconds(yield.yieldMs))"), .bargeIn
            )
        case .speechIgnored(let ignored): (ignored.reason, .bargeIn)
        case .turnStarted(let turn): ("turn \(turn.turn) by \(turn.trigger.rawValue)", .text)
        case .turnEnded(let report): turn(report)
        case .textSubmitted(let text): ("turn \(text.turn) \"\(text.text)\"", .you)
        case .dtmf(let digit): (digit.digit, .info)
        default: ("", .text)
        }
    }

    private static func turn(_ report: TurnReport) -> (String, Role) {
        let parts = report.parts.map { "\($0.name) \(Format.decimal($0.ms, 0))" }.joined(separator: " ")
        return (
            "turn \(report.turn) \(report.outcome.words) e2e \(Format.seconds(report.e2eMs)) \(parts)",
            report.outcome.role
        )
    }

    private static func operation(_ event: Event) -> (String, Role) {
        switch event {
        case .toolCallStarted(let call): ("\(call.name) \(call.arguments)", .tool)
        case .toolCallEnded(let end):
            (
                "\(end.name) \(end.outcome.words) \(Format.milliseconds(end.ms)) \(end.output)",
                end.outcome == .result ? .tool : .toolError
            )
        case .usage(let used):
            (
                words(
                    used.provider, used.inputTokens.map { "in \($0)" }, used.outputTokens.map { "out \($0)" },
                    used.dollars.map { Format.dollars($0) }), .text
            )
        case .trouble(let trouble):
            (words(trouble.code, trouble.text, trouble.fix.map { "-> " + $0 }), trouble.severity.role)
        case .troubleCleared(let cleared): (cleared.code, .ok)
        case .recording(let change):
            (words(change.state.rawValue, change.folder, change.reason), change.state == .failed ? .error : .recording)
        case .gap(let gap): ("\(gap.channel.rawValue) \(gap.samples) samples: \(gap.reason)", .warning)
        case .health(let health):
            (
                "in \(health.framesIn) out \(health.framesOut) late \(health.lateFrames) underruns \(health.underruns)",
                .dim
            )
        case .audioFormat(let format):
            (
                words(format.leg, "provider \(format.providerInputRate)/\(format.providerOutputRate)", format.finding),
                format.finding == nil ? .text : .warning
            )
        case .wire(let wire):
            ("\(wire.source) \(wire.direction == .sent ? ">" : "<") \(wire.type) \(wire.bytes) B x\(wire.count)", .dim)
        case .operatorAction(let action): (action.action, .operator)
        case .commandRefused(let refusal): ("\(refusal.command): \(refusal.reason)", .warning)
        case .note(let note): (note.text, .text)
        default: ("", .text)
        }
    }

    private static func words(_ parts: String?...) -> String {
        parts.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: "  ")
    }
}
