import AudioKit
import Core
import Recording

/// Keeps a comparison on disk: `results.jsonl` (a head, then a line for each run as it ends, at last the budgets) and a WAV file for each
/// run. Blocks on the disk: never on the engine.
public struct CompareFolder: Sendable {
    /// The folder.
    public let path: String
    private let disk = PosixDisk()
    private var lines: [String]
    private let sampleRate: Int

    /// Where comparisons are kept: `compare` beside the sessions folder. Fixtures likewise.
    public static func base(besides sessions: String, named name: String = "compare") -> String {
        var path = Substring(sessions)
        while path.utf8.count > 1, path.hasSuffix("/") { path = path.dropLast() }
        guard let slash = path.lastIndex(of: "/") else { return name }
        return path[..<path.index(after: slash)] + name
    }

    /// Makes `path` (and what is above it), or takes an empty folder. Throws when it holds results already.
    public init(_ path: String, script: CallerScript, plan: ComparisonPlan, now: WallTime) throws(DiskError) {
        self.path = path
        sampleRate = script.sampleRate
        try disk.createFolders(path)
        if (try? ReadFile("\(path)/results.jsonl")) != nil {
            throw DiskError("write to", path, cause: "it holds the results of another comparison")
        }
        lines = [Self.head(script, plan, now).text]
        try flush()
    }

    private static func head(_ script: CallerScript, _ plan: ComparisonPlan, _ now: WallTime) -> JSONValue {
        var head: JSONValue = [
            "type": "comparison", "version": .int(Int64(CompareJSON.version)), "made": .string(now.rfc3339),
            "source": .string(script.name), "sampleRate": .int(Int64(script.sampleRate)),
            "providers": .array(plan.providers.map { .string($0) }), "runs": .int(Int64(plan.runs)),
            "agent": .string(script.agent),
        ]
        head["turns"] = .array(
            script.turns.map { turn in
                [
                    "turn": .int(Int64(turn.number)), "words": .string(turn.reference), "typed": .bool(turn.isTyped),
                    "recorded": turn.recorded.map(CompareJSON.turn) ?? .null,
                ]
            })
        return head
    }

    /// Writes the audio of a run and its line. The result knows its file afterwards.
    public mutating func add(_ run: inout CompareRunResult) throws(DiskError) {
        if !run.caller.isEmpty || !run.agent.isEmpty {
            let name = Self.fileName(run)
            let frames = max(run.caller.count, run.agent.count)
            var stereo = [Int16](repeating: 0, count: frames * 2)
            for (index, sample) in run.caller.enumerated() { stereo[2 * index] = sample }
            for (index, sample) in run.agent.enumerated() { stereo[2 * index + 1] = sample }
            let clip = AudioClip(sampleRate: sampleRate, channels: 2, samples: stereo)
            try disk.replace("\(path)/\(name)", with: WAVWriter.bytes(of: clip), durable: false)
            run.file = name
        }
        lines.append(CompareJSON.run(run).text)
        try flush()
    }

    /// Keeps a vote of blind listening: how many the column has now, of how many in all.
    public mutating func addVote(_ provider: String, votes: Int, of total: Int) throws(DiskError) {
        let line: JSONValue = [
            "type": "vote", "provider": .string(provider), "votes": .int(Int64(votes)), "of": .int(Int64(total)),
        ]
        lines.append(line.text)
        try flush()
    }

    /// Writes how the budgets came out.
    public mutating func close(_ report: CompareReport) throws(DiskError) {
        lines += report.judgements.map { CompareJSON.judgement($0).text }
        let end: JSONValue = ["type": "end", "exitCode": .int(Int64(report.exitCode))]
        lines.append(end.text)
        try flush()
    }

    private func flush() throws(DiskError) {
        let text = lines.joined(separator: "\n") + "\n"
        try disk.replace("\(path)/results.jsonl", with: Array(text.utf8), durable: false)
    }

    /// `openai-realtime-2.wav`: letters, digits, `-` of the provider's name only.
    static func fileName(_ run: CompareRunResult) -> String {
        let kept = run.provider.utf8.map { byte -> UInt8 in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: byte
            default: UInt8(ascii: "-")
            }
        }
        // Two names that differ in other characters only must not share a file.
        let hash = run.provider.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
        let isPlain = run.provider.utf8.elementsEqual(kept) && kept.count <= 48
        let name = String(decoding: kept.prefix(48), as: UTF8.self) + (isPlain ? "" : "-" + String(hash, radix: 16))
        return "\(name)-\(run.run).wav"
    }
}
