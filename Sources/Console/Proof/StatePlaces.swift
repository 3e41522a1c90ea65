import Core
import Terminal

/// Every place of the screen in which states take turns, each state drawn by the panes themselves.
enum StatePlaces {
    static var all: [StatePlace] {
        [
            conversation, callStates, microphone, lanes, recording, userText, agentText, tools, toolsExpanded,
            severities, outcomes, outcomesInList, budget, budgetInTalk, stages, owners, operatorMarks, calls, links,
        ] + places
    }

    // MARK: - What a session is doing

    private static var conversation: StatePlace {
        StatePlace(
            "state in the strip",
            ConversationState.allCases.map { state in
                (
                    state.rawValue,
                    StateLog.model { log in
                        log.begin()
                        log.add(.stateChanged(StateChange(state)))
                    }
                )
            })
    }

    private static var callStates: StatePlace {
        StatePlace(
            "state in the table of calls",
            ConversationState.allCases.map { state in
                (
                    state.rawValue,
                    StateLog.model(view: .calls) { log in
                        log.begin(leg: .audioSocket)
                        log.add(.stateChanged(StateChange(state)))
                    }
                )
            })
    }

    private static var microphone: StatePlace {
        func with(
            _ leg: LegKind = .device, capture: String? = "microphone", isMuted: Bool = false,
            _ change: (inout ConsoleModel) -> Void = { _ in }
        ) -> ConsoleModel {
            let meters = MeterSnapshot(userLevel: -40, agentLevel: -40, isMuted: isMuted)
            return StateLog.model(meters: meters, { $0.begin(leg: leg, capture: capture) }, change: change)
        }
        return StatePlace(
            "microphone",
            [
                ("open", with()), ("muted", with(isMuted: true)),
                ("push-to-talk", with(isMuted: true) { $0.talkMode = .pushToTalk }),
                (
                    "talking",
                    with {
                        $0.talkMode = .pushToTalk
                        $0.talkingSince = $0.now
                    }
                ),
                ("no microphone", with(capture: nil)), ("text only", with(.text)), ("a call", with(.audioSocket)),
            ])
    }

    private static var lanes: StatePlace {
        func speaking(user: Bool, agent: Bool) -> ConsoleModel {
            StateLog.model { log in
                log.begin()
                if user {
                    log.add(.userSpeechStarted(SpeechMark(detector: .local, turn: 1)))
                } else {
                    log.add(.note(Note("")))
                }
                if agent { log.add(.agentSpeechStarted(AgentSpeech(item: "a", turn: 1, heardMs: 0, generatedMs: 900))) }
            }
        }
        return StatePlace(
            "voices",
            [
                ("silence", speaking(user: false, agent: false)),
                ("the user speaks", speaking(user: true, agent: false)),
                ("the agent speaks", speaking(user: false, agent: true)),
                ("both speak", speaking(user: true, agent: true)),
                ("the speaker is off", StateLog.model({ $0.begin() }, change: { $0.speakerMuted = true })),
            ])
    }

    private static var recording: StatePlace {
        let states: [(String, RecordingChange?)] = [
            ("none", nil), ("on", RecordingChange(.on, folder: "f")), ("failed", RecordingChange(.failed, reason: "r")),
        ]
        return StatePlace(
            "recording",
            states.map { name, change in
                (
                    name,
                    StateLog.model { log in
                        log.begin()
                        if let change { log.add(.recording(change)) }
                    }
                )
            })
    }

    // MARK: - Words and tools

    private static var userText: StatePlace {
        let said = "a table for two"
        return StatePlace(
            "words of the user",
            [true, false].map { isFinal in
                (
                    isFinal ? "final" : "partial",
                    StateLog.model { log in
                        log.begin()
                        log.user(said, isFinal: isFinal)
                    }
                )
            } + [
                (
                    "typed",
                    StateLog.model { log in
                        log.begin()
                        log.add(
                            .turnStarted(TurnStart(turn: 1, trigger: .text)),
                            .textSubmitted(TextSubmitted(turn: 1, text: said)))
                    }
                )
            ])
    }

    private static var agentText: StatePlace {
        func heard(_ ms: Double, cut: Bool = false) -> ConsoleModel {
            StateLog.model { log in
                log.begin()
                log.user("hello", isFinal: true)
                log.add(
                    .agentText(AgentText(item: "a", turn: 1, text: "one two three four", isFinal: true)),
                    .agentSpeechStarted(AgentSpeech(item: "a", turn: 1, heardMs: 0, generatedMs: 4_000)),
                    .agentSpeechProgress(AgentSpeech(item: "a", turn: 1, heardMs: ms, generatedMs: 4_000)))
                if cut {
                    log.add(
                        .agentSpeechStopped(
                            AgentSpeech(item: "a", turn: 1, heardMs: ms, generatedMs: 4_000, wasCut: true)))
                }
            }
        }
        return StatePlace(
            "words of the agent",
            [
                ("not heard yet", heard(0)), ("half heard", heard(2_000)), ("heard", heard(4_000)),
                ("cut", heard(2_000, cut: true)),
            ])
    }

    private static func toolModels(expanded: Bool) -> [(String, ConsoleModel)] {
        let outcomes: [ToolCallEnd.Outcome?] = [nil, .result, .error, .cancelled, .timedOut]
        return outcomes.map { outcome in
            (
                outcome?.words ?? "running",
                StateLog.model(
                    { log in
                        log.begin()
                        log.user("hello", isFinal: true)
                        log.add(.toolCallStarted(ToolCallStart(id: "t", turn: 1, name: "book", arguments: "{}")))
                        guard let outcome else { return }
                        log.add(
                            .toolCallEnded(
                                ToolCallEnd(id: "t", turn: 1, name: "book", outcome: outcome, output: "x", ms: 90)))
                    }, change: { $0.toolsExpanded = expanded })
            )
        }
    }

    private static var tools: StatePlace { StatePlace("tool call", toolModels(expanded: false)) }
    private static var toolsExpanded: StatePlace { StatePlace("tool call in full", toolModels(expanded: true)) }
}
