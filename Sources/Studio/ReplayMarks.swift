import Core

/// What a replay can jump to.
struct ReplayMarks: Sendable {
    /// In order of time.
    let all: [ReplayMark]

    init(_ timeline: ReplayTimeline, notes: [SessionNote] = []) {
        var marks = timeline.turns.map { ReplayMark(.turn, at: $0.start, number: $0.number, text: "turn \($0.number)") }
        for (record, time) in zip(timeline.records, timeline.times) {
            if let kind = Self.kind(record.event), let words = ReplayPrinter.words(record.event) {
                marks.append(ReplayMark(kind, at: time, text: words))
            }
        }
        for note in notes { if let at = note.at { marks.append(ReplayMark(.note, at: at, text: note.text)) } }
        all = marks.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
    }

    private static func kind(_ event: Event) -> ReplayMark.Kind? {
        switch event {
        case .bargeIn: .bargeIn
        case .providerSwitch(let change) where change.phase == .failed: .trouble
        case .providerSwitch(let change): change.phase == .done || change.phase == .undone ? .providerSwitch : nil
        case .trouble(let trouble): trouble.severity == .notice ? nil : .trouble
        case .toolCallEnded(let end): end.outcome == .result ? nil : .trouble
        case .providerChanged(let change):
            change.state == .failed || change.state == .reconnecting ? .trouble : nil
        case .stateChanged(let change): [.stalled, .failedOver].contains(change.state) ? .trouble : nil
        case .recording(let change): change.state == .failed ? .trouble : nil
        case .gap: .trouble
        case .note: .note
        default: nil
        }
    }

    /// The first mark of a kind behind `time`; nil when there is none.
    func next(_ kind: ReplayMark.Kind, after time: Duration) -> Duration? {
        all.first { $0.kind == kind && $0.time > time }?.time
    }
}
