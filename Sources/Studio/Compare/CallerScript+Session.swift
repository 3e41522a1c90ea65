import Core
import Recording

/// Why there is nothing to compare, in words.
public struct CompareSourceError: Error, Sendable, Equatable, CustomStringConvertible {
    /// File or folder.
    public var place: String
    public var cause: String

    public init(_ place: String, _ cause: String) {
        self.place = place
        self.cause = cause
    }

    public var description: String { "\(place): \(cause)" }
}

extension CallerScript {
    /// Silence kept before and after an utterance, ms, as far as the recording has it.
    static let leadMs = 300
    static let trailMs = 500

    /// The caller's turns of a stored session. Blocks on the disk. Throws when no turn of a caller is in it.
    public init(_ stored: StoredSession) throws(CompareSourceError) {
        let replay = SessionReplay(stored)
        let records = stored.log.records
        let start = stored.meta.start
        self.init(
            name: stored.name, sampleRate: replay.timeline.sampleRate, turns: [], agent: start.agent,
            instructions: start.instructions, provider: start.provider)
        var cuts: [Cut] = []
        for record in records { Self.note(record, &cuts) }
        cuts = cuts.filter { !$0.typed.isEmpty || ($0.first != nil && $0.last != nil) }
        guard !cuts.isEmpty else { throw CompareSourceError(stored.name, "the caller said nothing in it") }
        if stored.audio == nil, cuts.contains(where: { $0.typed.isEmpty }) {
            throw CompareSourceError(stored.name, "it has no audio that can be read")
        }
        for (index, cut) in cuts.enumerated() {
            let next = index + 1 < cuts.count ? cuts[index + 1] : nil
            let before = index > 0 ? cuts[index - 1].last ?? 0 : 0
            turns.append(try Self.turn(cut, after: before, before: next?.first, stored, records))
        }
        fill(records, cuts, stored)
    }

    /// Where a turn of the caller lies in the log.
    private struct Cut {
        var number: Int
        var began: MonotonicTime
        /// First and last sample of its speech.
        var first: Int64?
        var last: Int64?
        var typed = ""
        var heard: [(item: String, text: String)] = []
        var calls: [(id: String, call: Call)] = []
        var interrupts: Double?
    }

    private static func note(_ record: EventRecord, _ cuts: inout [Cut]) {
        func edit(_ turn: Int, _ change: (inout Cut) -> Void) {
            guard let place = cuts.lastIndex(where: { $0.number == turn }) else { return }
            change(&cuts[place])
        }
        switch record.event {
        case .turnStarted(let start): cuts.append(Cut(number: start.turn, began: record.time))
        case .userSpeechStarted(let mark): edit(mark.turn) { $0.first = $0.first ?? mark.at ?? record.audio }
        case .userSpeechStopped(let mark): edit(mark.turn) { $0.last = mark.at ?? record.audio }
        case .textSubmitted(let text): edit(text.turn) { $0.typed = text.text }
        case .userTranscript(let said) where said.isFinal:
            edit(said.turn) { cut in
                cut.heard.removeAll { $0.item == said.item }
                cut.heard.append((said.item, said.text))
            }
        case .toolCallStarted(let call):
            edit(call.turn) { $0.calls.append((call.id, Call(name: call.name, arguments: call.arguments))) }
        case .toolCallEnded(let end):
            edit(end.turn) { cut in
                guard let place = cut.calls.lastIndex(where: { $0.id == end.id }) else { return }
                cut.calls[place].call.output = end.output
                cut.calls[place].call.outcome = end.outcome
            }
        case .bargeIn(let cut) where cut.reason != "operator": cuts[safe: cuts.count - 1]?.interrupts = cut.heardMs
        default: break
        }
    }

    private static func turn(
        _ cut: Cut, after before: Int64, before next: Int64?, _ stored: StoredSession, _ records: [EventRecord]
    ) throws(CompareSourceError) -> Turn {
        let words = cut.heard.map(\.text).filter { !$0.isEmpty }.joined(separator: " ")
        guard cut.typed.isEmpty, let audio = stored.audio, let first = cut.first, let last = cut.last else {
            return Turn(number: cut.number, input: .text(cut.typed), reference: cut.typed, calls: cut.calls.map(\.call))
        }
        let rate = Int64(audio.sampleRate)
        let from = max(before, first - rate * Int64(leadMs) / 1000, 0)
        let to = min(next ?? .max, max(last, first) + rate * Int64(trailMs) / 1000, audio.frames)
        guard to > from else { throw CompareSourceError(stored.name, "turn \(cut.number) has no audio") }
        let stereo: [Int16]
        do throws(DiskError) { stereo = try audio.samples(at: from, frames: Int(to - from)) } catch {
            throw CompareSourceError(stored.name, error.description)
        }
        let left = stride(from: 0, to: stereo.count, by: 2).map { stereo[$0] }
        return Turn(
            number: cut.number, input: .speech(left), reference: words, calls: cut.calls.map(\.call),
            interruptsAfterMs: cut.interrupts)
    }

    /// The figures of the recording, and the agent's audio of each turn.
    private mutating func fill(_ records: [EventRecord], _ cuts: [Cut], _ stored: StoredSession) {
        let windows = zip(turns, cuts).map { CompareFold.Window(turn: $0, start: $1.began) }
        let figures = CompareFold.turns(records, windows)
        for (index, figure) in figures.enumerated() {
            var figure = figure
            // What was expected is what was recorded: against itself nothing differs, and nothing was misheard.
            figure.wordErrorRate = nil
            let from = cuts[index].first ?? 0
            let to = index + 1 < cuts.count ? cuts[index + 1].first ?? from : stored.audio?.frames ?? from
            figure.audioRange = from..<max(from, to)
            let stereo = (try? stored.audio?.samples(at: from, frames: Int(max(0, to - from)))) ?? []
            let agent = stride(from: 1, to: stereo.count, by: 2).map { stereo[$0] }
            if let last = cuts[index].last {
                figure.heardE2eMs = Self.heard(
                    user: stride(from: 0, to: stereo.count, by: 2).map { stereo[$0] }, agent: agent,
                    speechEnd: Int(max(0, last - from)), rate: sampleRate)
            }
            recordedAudio.append(agent)
            turns[index].recorded = figure
        }
    }

    /// From the end of the caller's sound (sought up to 200 ms behind where speech was said to end) to the agent's first, ms.
    static func heard(user: [Int16], agent: [Int16], speechEnd: Int, rate: Int) -> Double? {
        let reach = min(user.count, speechEnd + rate / 5)
        guard let end = AudibleMarks.end(user, in: 0..<reach, rate: rate),
            let start = AudibleMarks.start(agent, in: end..<agent.count, rate: rate)
        else { return nil }
        return Double(start - end) * 1000 / Double(max(1, rate))
    }
}

extension Array {
    /// The element at a place, or nil when it has none.
    subscript(safe index: Int) -> Element? {
        get { indices.contains(index) ? self[index] : nil }
        set { if let newValue, indices.contains(index) { self[index] = newValue } }
    }
}
