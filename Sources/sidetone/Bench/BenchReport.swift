import AudioKit
import Core

/// The figures of one run of `sidetone bench`.
struct BenchReport {
    private var audio: [AudioBench.Row] = []
    private var console: [ConsoleBench.Row] = []
    private var calls: [CallBench.Row] = []
    /// What could not be measured, and why.
    private(set) var failures: [String] = []

    /// Costs of the audio path's stages.
    mutating func measureAudio(rounds: Int) {
        do throws(AudioKitError) { audio = try AudioBench.run(rounds: rounds) } catch {
            failures.append("audio: \(error)")
        }
    }

    /// Cost of a frame of the screen.
    mutating func measureConsole(rounds: Int) { console = ConsoleBench.run(rounds: rounds) }

    /// Whole calls, beside the yardstick.
    mutating func measureCalls(_ bench: CallBench) {
        let outcome = bench.run()
        calls = outcome.rows
        failures += outcome.failures
    }

    // MARK: output

    /// The JSON form.
    var json: JSONValue {
        [
            "program": .string(Version.text), "when": .string(WallTime.now().rfc3339),
            "audio": .array(audio.map(Self.json)),
            "console": .array(console.map(\.json)), "calls": .array(calls.map(\.json)),
            "failures": .array(failures.map { .string($0) }),
        ]
    }

    private static func json(_ row: AudioBench.Row) -> JSONValue {
        [
            "stage": .string(row.name), "p50Us": .double(Double(row.medianNanoseconds) / 1000),
            "p99Us": .double(Double(row.p99Nanoseconds) / 1000),
        ]
    }

    /// For people.
    var lines: [String] {
        let stages = audio.map { row in
            [row.name, Self.micros(row.medianNanoseconds), Self.micros(row.p99Nanoseconds)]
        }
        let frames = console.map { row in
            [row.name, Self.micros(row.medianNanoseconds), Self.micros(row.p99Nanoseconds)]
        }
        var lines = Columns.table(["STAGE (20 ms)", "p50 us", "p99 us"], stages)
        lines += [""] + Columns.table(["SCREEN FRAME", "p50 us", "p99 us"], frames)
        guard !calls.isEmpty else { return lines + ["", "no whole calls: give --callbench DIR"] }
        return lines + [""] + Columns.table(CallBench.Row.heads, calls.map(\.cells))
    }

    private static func micros(_ nanoseconds: Int) -> String { Columns.number(Double(nanoseconds) / 1000, 2) }
}
