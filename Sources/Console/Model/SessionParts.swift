import Core

/// When somebody spoke: closed intervals and perhaps an open one.
struct SpeechLane: Sendable, Equatable {
    struct Interval: Sendable, Equatable {
        var from: MonotonicTime
        /// Nil while it goes on.
        var to: MonotonicTime?
    }
    private(set) var intervals: [Interval] = []

    /// Whether somebody speaks now.
    var isOpen: Bool { intervals.last.map { $0.to == nil } ?? false }
    /// Since when.
    var openSince: MonotonicTime? { isOpen ? intervals.last?.from : nil }

    mutating func open(_ time: MonotonicTime) {
        if !isOpen { intervals.append(Interval(from: time, to: nil)) }
    }

    mutating func close(_ time: MonotonicTime) {
        if isOpen { intervals[intervals.count - 1].to = time }
    }

    mutating func trim(before time: MonotonicTime) {
        intervals.removeAll { interval in interval.to.map { $0 < time } ?? false }
    }

    /// Whether somebody spoke at any time between two points.
    func speaks(from: MonotonicTime, to: MonotonicTime) -> Bool {
        intervals.contains { $0.from < to && ($0.to ?? to) > from }
    }
}

/// The end of a turn on the timeline.
struct LaneMark: Sendable, Equatable {
    var time: MonotonicTime
    var e2eMs: Double
}

/// Who spoke when, for the timeline; two minutes are kept.
struct SpeechLanes: Sendable, Equatable {
    var user = SpeechLane()
    var agent = SpeechLane()
    var cuts: [MonotonicTime] = []
    var marks: [LaneMark] = []

    mutating func closeAll(_ time: MonotonicTime) {
        user.close(time)
        agent.close(time)
    }

    mutating func trim(before time: MonotonicTime) {
        user.trim(before: time)
        agent.trim(before: time)
        cuts.removeAll { $0 < time }
        marks.removeAll { $0.time < time }
    }
}

/// Tokens and money of a session.
struct UsageTotals: Sendable, Equatable {
    var input = 0
    var cached = 0
    var output = 0
    var inputAudio = 0
    var outputAudio = 0
    /// Nil as long as no provider named a price.
    var dollars: Double?
    var responses = 0

    mutating func add(_ usage: Usage) {
        responses += 1
        input = input.adding(saturating: usage.inputTokens ?? 0)
        cached = cached.adding(saturating: usage.cachedTokens ?? 0)
        output = output.adding(saturating: usage.outputTokens ?? 0)
        inputAudio = inputAudio.adding(saturating: usage.inputAudioTokens ?? 0)
        outputAudio = outputAudio.adding(saturating: usage.outputAudioTokens ?? 0)
        if let more = usage.dollars { dollars = (dollars ?? 0) + more }
    }
}

/// Trouble that stands, worst first when asked.
struct TroubleList: Sendable, Equatable {
    private(set) var all: [Trouble] = []

    /// True when it is new or has become another.
    mutating func set(_ trouble: Trouble) -> Bool {
        if let index = all.firstIndex(where: { $0.code == trouble.code }) {
            let changed = all[index] != trouble
            all[index] = trouble
            return changed
        }
        all.append(trouble)
        if all.count > 100 { all.removeFirst() }
        return true
    }

    mutating func clear(_ code: String) { all.removeAll { $0.code == code } }

    /// The worst, the newest of equals.
    var worst: Trouble? {
        all.enumerated().max { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }?.element
    }
}

extension Trouble {
    var rank: Int {
        switch severity {
        case .notice: 0
        case .warning: 1
        case .error: 2
        }
    }
}
