import Console
import Core
import Studio

/// A report as the screen shows it: the figures of its one turn, over all runs.
struct ComparePicture {
    let snapshot: CompareSnapshot

    init(_ report: CompareReport, progress: [String: String], asked: [String: Int], runs: Int, isRunning: Bool) {
        let turn = report.script.turns.first
        var snapshot = CompareSnapshot(
            source: report.script.name, turn: turn?.number ?? 0, words: turn?.reference ?? "",
            seconds: report.script.seconds, runs: runs)
        snapshot.columns = report.columns.enumerated().map { index, column in
            Self.column(
                column, progress: progress[column.name], asked: asked[column.name] ?? 0,
                canPlay: report.listening(to: index) != nil)
        }
        Self.markBest(&snapshot.columns)
        snapshot.differences = Self.differences(snapshot.columns)
        let first = report.columns.count - report.providers.count
        let names = report.providers.map(\.name)
        snapshot.verdicts = report.judgements.map { judgement in
            .init(
                budget: judgement.budget.text, column: first + (names.firstIndex(of: judgement.provider) ?? 0),
                passed: judgement.passed, judged: judgement.judged)
        }
        snapshot.exitCode = Int(report.exitCode)
        snapshot.isRunning = isRunning
        snapshot.loudness = CompareWords.number(Loudness.target, 0) + " LUFS"
        self.snapshot = snapshot
    }

    private static func column(
        _ column: CompareColumn, progress: String?, asked: Int, canPlay: Bool
    ) -> CompareSnapshot.Column {
        let failure = column.failures.first
        var shown = CompareSnapshot.Column(
            name: column.name, isRecorded: column.isRecorded, done: column.done.count,
            asked: max(asked, column.runs.count),
            note: column.done.isEmpty ? progress ?? failure : nil, isFailed: failure != nil)
        let turns = column.turns()
        // The run in the middle stands for all: its texts, its parts.
        let sorted = turns.filter { $0.e2eMs != nil }.sorted { ($0.e2eMs ?? 0) < ($1.e2eMs ?? 0) }
        guard let middle = sorted.isEmpty ? turns.first : sorted[(sorted.count - 1) / 2] else { return shown }
        (shown.heard, shown.said, shown.parts) = (middle.heard, middle.said, middle.parts)
        shown.calls = middle.calls.map {
            .init(
                name: $0.name, arguments: $0.arguments, expected: $0.expected, verdict: $0.verdict.rawValue,
                isGood: $0.verdict == .equal)
        }
        shown.e2eP50 = middle.e2eMs
        shown.e2eMax = sorted.last?.e2eMs
        shown.heardE2e = middle.heardE2eMs
        shown.wordErrorRate = mean(turns.compactMap(\.wordErrorRate))
        shown.inputTokens = mean(turns.compactMap { $0.inputTokens.map { Double($0) } }).map { Int($0.rounded()) }
        shown.outputTokens = mean(turns.compactMap { $0.outputTokens.map { Double($0) } }).map { Int($0.rounded()) }
        shown.dollars = mean(turns.compactMap(\.dollars))
        shown.audioMs = middle.audioMs
        shown.canPlay = canPlay
        return shown
    }

    private static func mean(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }

    private static func markBest(_ columns: inout [CompareSnapshot.Column]) {
        func best(_ figure: (CompareSnapshot.Column) -> Double?) -> Int? {
            let known = columns.indices.filter { !columns[$0].isRecorded && figure(columns[$0]) != nil }
            return known.count < 2 ? nil : known.min { (figure(columns[$0]) ?? 0) < (figure(columns[$1]) ?? 0) }
        }
        let (fastest, cheapest) = (best(\.e2eP50), best(\.dollars))
        if let fastest { columns[fastest].isFastest = true }
        if let cheapest { columns[cheapest].isCheapest = true }
    }

    /// Every pair of columns that have an answer, at most 15.
    private static func differences(_ columns: [CompareSnapshot.Column]) -> [CompareSnapshot.Difference] {
        let answered = columns.indices.filter { !columns[$0].said.isEmpty }
        let pairs = answered.flatMap { first in answered.filter { $0 > first }.map { (first, $0) } }
        return pairs.prefix(15).map { first, second in
            .init(
                first: first, second: second,
                said: WordDiff.pieces(columns[first].said, columns[second].said).map { piece in
                    switch piece.kind {
                    case .same: .init(.same, piece.text)
                    case .removed: .init(.removed, piece.text)
                    case .added: .init(.added, piece.text)
                    }
                })
        }
    }
}
