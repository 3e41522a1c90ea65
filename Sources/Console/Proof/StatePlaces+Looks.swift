import Core
import Terminal

/// States of figures, calls, lists and questions.
extension StatePlaces {
    static var severities: StatePlace {
        let all: [Trouble.Severity?] = [nil, .notice, .warning, .error]
        return StatePlace(
            "trouble",
            all.map { severity in
                (
                    severity?.rawValue ?? "no trouble",
                    StateLog.model { log in
                        log.begin()
                        guard let severity else { return }
                        log.add(.trouble(Trouble(code: "provider.lost", severity: severity, text: "the link is gone")))
                    }
                )
            })
    }

    private static let allOutcomes: [TurnReport.Outcome] = [
        .completed, .interrupted, .noOutput, .toolError, .modelError, .aborted, .timeout,
    ]

    private static func turns(_ view: ConsoleView) -> [(String, ConsoleModel)] {
        allOutcomes.map { outcome in
            (
                outcome.rawValue,
                StateLog.model(view: view) { log in
                    log.begin()
                    log.user("hello", isFinal: true)
                    log.turn(outcome)
                }
            )
        }
    }

    static var outcomes: StatePlace { StatePlace("end of a turn", turns(.talk)) }
    static var outcomesInList: StatePlace { StatePlace("end of a turn in Latency", turns(.latency)) }

    private static func paces(_ view: ConsoleView) -> [(String, ConsoleModel)] {
        [("within the budget", 5_000.0), ("over the budget", 599.0)].map { name, budget in
            (
                name,
                StateLog.model(
                    view: view,
                    { log in
                        log.begin()
                        log.user("hello", isFinal: true)
                        log.turn(ms: 600)
                    }, change: { $0.budgetMs = budget })
            )
        }
    }

    static var budget: StatePlace { StatePlace("pace of a turn in Latency", paces(.latency)) }
    static var budgetInTalk: StatePlace { StatePlace("pace of a turn", paces(.talk)) }

    static var stages: StatePlace {
        let names = [
            "vad_hang", "stt_final", "turn_commit", "llm_ttft", "model_ttfa", "tool", "tts_ttfb", "playout",
            "unattributed",
        ]
        return StatePlace(
            "stage of the waterfall",
            names.map { name in
                (
                    name,
                    StateLog.model(view: .latency) { log in
                        log.begin()
                        log.user("hello", isFinal: true)
                        log.turn(part: name)
                    }
                )
            })
    }

    static var owners: StatePlace {
        StatePlace(
            "owner of a stage",
            [TurnReport.Part.Owner.setting, .service, .tool, .transport].map { owner in
                (
                    owner.rawValue,
                    StateLog.model(view: .latency) { log in
                        log.begin()
                        log.user("hello", isFinal: true)
                        log.turn(owner: owner)
                    }
                )
            })
    }

    static var operatorMarks: StatePlace {
        let marks: [(String, Event)] = [
            ("note", .note(Note("x"))), ("operator", .operatorAction(OperatorAction("x"))),
            ("refusal", .commandRefused(CommandRefusal(command: "x", reason: "x"))), ("key", .dtmf(DTMF(digit: "x"))),
            ("gap", .gap(AudioGap(channel: .user, at: 0, samples: 160, reason: "x"))),
            ("trouble", .trouble(Trouble(code: "x", severity: .notice, text: "x"))),
            ("switch", .providerSwitch(ProviderSwitch(phase: .done, from: "one", to: "other"))),
        ]
        return StatePlace(
            "marker in the transcript",
            marks.map { name, event in
                (
                    name,
                    StateLog.model { log in
                        log.begin()
                        log.add(event)
                    }
                )
            })
    }

    static var calls: StatePlace {
        func call(
            _ kind: OperatorAction.Kind? = nil, _ state: ConversationState = .listening,
            change: (inout ConsoleModel) -> Void = { _ in }
        ) -> ConsoleModel {
            StateLog.model(
                view: .calls,
                { log in
                    log.begin(leg: .audioSocket)
                    if let kind { log.add(.operatorAction(OperatorAction("x", kind: kind))) }
                    log.add(.stateChanged(StateChange(state)))
                }, change: change)
        }
        return StatePlace(
            "call under the operator's hand",
            [
                ("left alone", call()), ("listened to", call { $0.listening = StateLog.session }),
                ("agent muted", call(.agentMuted)), ("taken over", call(.takeOver, .takenOver)),
            ])
    }

    static var links: StatePlace {
        StatePlace(
            "link to the provider",
            ProviderState.allCases.map { state in
                (
                    state.rawValue,
                    StateLog.model(view: .events) { log in
                        log.begin()
                        log.add(.providerChanged(ProviderChange(provider: "one", state: state)))
                    }
                )
            })
    }

    /// Where the user is: rows under the cursor, views, what is being typed, matches, questions.
    static var places: [StatePlace] {
        let two: (inout StateLog) -> Void = { log in
            for id in ["aaaa0001", "aaaa0002"] {
                log.session = SessionID(id)
                log.begin(leg: .audioSocket)
            }
        }
        let spoken: (inout StateLog) -> Void = { log in
            log.begin()
            log.user("a table for two", isFinal: true)
        }
        func picker(_ kind: PickerState.Kind, _ row: Int) -> ConsoleModel {
            StateLog.model(
                spoken,
                change: {
                    $0.overlay = .picker(PickerState(kind: kind, items: ["one", "other"], selection: row, before: "x"))
                })
        }
        return [
            StatePlace(
                "call under the cursor",
                [0, 1].map { row in
                    ("row \(row)", StateLog.model(view: .calls, two, change: { $0.calls.move(by: row) }))
                }),
            StatePlace("theme under the cursor", [0, 1].map { ("row \($0)", picker(.theme, $0)) }),
            StatePlace("provider under the cursor", [0, 1].map { ("row \($0)", picker(.provider, $0)) }),
            StatePlace(
                "help under the cursor",
                [0, 1].map { row in
                    ("row \(row)", StateLog.model(spoken, change: { $0.overlay = .help(HelpState(selection: row)) }))
                }),
            StatePlace(
                "event under the cursor",
                [0, 1].map { (row: Int) in
                    ("row \(row)", StateLog.model(view: .events, spoken, change: { $0.eventCursor = row }))
                }),
            StatePlace(
                "turn under the cursor",
                [1, 2].map { (turn: Int) in
                    ("turn \(turn)", StateLog.model(view: .latency, twoTurns, change: { $0.chosenTurn = turn }))
                }),
            StatePlace(
                "view", ConsoleView.allCases.map { ($0.title, StateLog.model(view: $0, spoken)) }),
            StatePlace(
                "match of a search",
                ["table", "nothing"].map { query in
                    (
                        query,
                        StateLog.model(
                            spoken, change: { $0.search = SearchState(query: query, places: [], current: 0) })
                    )
                }),
            StatePlace(
                "read-only",
                [true, false].map { on in ("\(on)", StateLog.model(spoken, change: { $0.isReadOnly = on })) }),
            StatePlace(
                "message",
                [Notice.Level.info, .warning].map { level in
                    ("\(level)", StateLog.model(spoken, change: { $0.say("x", level) }))
                }),
            StatePlace(
                "speech against its threshold",
                [0.2, 0.8].map { share in
                    ("p \(share)", StateLog.model(meters: MeterSnapshot(speechProbability: share), spoken))
                }),
        ]
    }

    private static func twoTurns(_ log: inout StateLog) {
        log.begin()
        for turn in 1...2 {
            log.add(
                .turnStarted(TurnStart(turn: turn, trigger: .speech)),
                .turnEnded(
                    TurnReport(
                        turn: turn, outcome: .completed, e2eMs: 600,
                        parts: [TurnReport.Part(name: "model_ttfa", ms: 600, owner: .service)], provider: "one")))
        }
    }
}
