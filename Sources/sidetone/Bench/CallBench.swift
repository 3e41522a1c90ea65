import Core
import Glibc

/// Whole calls by the callbench tool: the bare C bridge and this program in turn, each in a process of its own.
struct CallBench {
    /// One ladder step, both programs.
    struct Row {
        var mode: String
        var calls: Int
        /// The tool's records, as it wrote them.
        var yardstick: JSONValue
        var sidetone: JSONValue

        static let heads = [
            "CALLS", "CPU %/call", "RATIO", "ADDED p50 ms", "ADDED p99 ms", "LATE %", "MB/call", "BARGE p50/p95 ms",
        ]

        /// For people.
        var cells: [String] {
            let added = { (key: String) in difference(["load", "audio_lat_ms", key]) }
            let barge = ["p50", "p95"].map { text(sidetone.at(["load", "barge_silence_heard_ms", $0]), 0) }
            return [
                "\(mode) \(calls)", text(sidetone["cpu_pct_per_call"]?.double, 3), text(cpuRatio, 2),
                text(added("p50"), 2),
                text(added("p99"), 2), text(sidetone.at(["load", "late_pct"]), 2),
                text(sidetone["rss_per_call_kb"]?.double.map { $0 / 1024 }, 2),
                mode == "barge" ? barge.joined(separator: "/") : "",
            ]
        }

        /// The JSON form.
        var json: JSONValue {
            [
                "mode": .string(mode), "calls": .int(Int64(calls)), "cpuRatio": number(cpuRatio),
                "addedP50Ms": number(difference(["load", "audio_lat_ms", "p50"])),
                "addedP99Ms": number(difference(["load", "audio_lat_ms", "p99"])),
                "addedBargeP50Ms": number(difference(["load", "barge_silence_heard_ms", "p50"])),
                "yardstick": yardstick, "sidetone": sidetone,
            ]
        }

        private var cpuRatio: Double? {
            guard let ours = sidetone["cpu_pct"]?.double, let bare = yardstick["cpu_pct"]?.double, bare > 0 else {
                return nil
            }
            return ours / bare
        }

        private func difference(_ path: [String]) -> Double? {
            guard let ours = sidetone.at(path), let bare = yardstick.at(path) else { return nil }
            return ours - bare
        }

        private func text(_ value: Double?, _ digits: Int) -> String { value.map { Columns.number($0, digits) } ?? "–" }
        private func number(_ value: Double?) -> JSONValue { value.map { .double($0) } ?? .null }
    }

    let folder: String
    let calls: String
    let isQuick: Bool

    /// Runs all steps; takes about half a minute a step. What fails is told and left out.
    func run() -> (rows: [Row], failures: [String]) {
        var rows: [Row] = []
        var failures: [String] = []
        let ping = ["--mode", "ping", "--rt-args", "--ping-ms 1000", "--load-args", "--period-ms 1540"]
        for count in calls.split(separator: ",") {
            step("ping", Int(count) ?? 1, ping + ["--duration", isQuick ? "8" : "20"], &rows, &failures)
        }
        step("barge", 5, ["--mode", "barge", "--duration", isQuick ? "20" : "50"], &rows, &failures)
        return (rows, failures)
    }

    private func step(
        _ mode: String, _ count: Int, _ arguments: [String], _ rows: inout [Row], _ failures: inout [String]
    ) {
        let programs = ["ref_c", "sidetone"].map { program in
            record(program, ["--calls", "\(count)"] + arguments)
        }
        for case .failure(let failure) in programs { failures.append("\(mode) \(count): \(failure.text)") }
        guard case .success(let bare) = programs[0], case .success(let ours) = programs[1] else { return }
        rows.append(Row(mode: mode, calls: count, yardstick: bare, sidetone: ours))
    }

    private struct Failure: Error { var text: String }

    private func record(_ program: String, _ arguments: [String]) -> Result<JSONValue, Failure> {
        let file = "/tmp/sidetone-bench-\(getpid()).jsonl"
        unlink(file)
        defer { unlink(file) }
        let realTime = geteuid() == 0 ? [] : ["--no-rt"]
        let child = ChildProcess.run(
            folder + "/callbench", [program, "--out", file] + arguments + realTime,
            environment: ["SIDETONE": ChildProcess.ownPath])
        guard child.status == 0 else {
            return .failure(
                Failure(text: "\(program): callbench ended with \(child.status): \(child.output.suffix(300))"))
        }
        guard let line = TextFile.read(file)?.split(separator: "\n").last,
            let json = try? JSONParser.parse(String(line))
        else {
            return .failure(Failure(text: "\(program): callbench wrote no record"))
        }
        if let error = json["error"]?.string { return .failure(Failure(text: "\(program): \(error)")) }
        return .success(json)
    }
}

extension JSONValue {
    /// The number at a path of members.
    fileprivate func at(_ path: [String]) -> Double? {
        var value: JSONValue? = self
        for key in path { value = value?[key] }
        return value?.double
    }
}
