import Console
import Core
import Terminal

/// What it costs to make one picture of a filled console, from the model to the grid of cells.
enum ConsoleBench {
    /// Times of one size.
    struct Row {
        var name: String
        var medianNanoseconds: Int
        var p99Nanoseconds: Int

        /// The JSON form.
        var json: JSONValue {
            [
                "frame": .string(name), "p50Us": .double(Double(medianNanoseconds) / 1000),
                "p99Us": .double(Double(p99Nanoseconds) / 1000),
            ]
        }
    }

    /// The sizes of the acceptance checks, with our own conversation and with 200 live calls.
    static func run(rounds: Int) -> [Row] {
        let sizes = [Size(width: 80, height: 24), Size(width: 120, height: 40), Size(width: 200, height: 50)]
        let talk = sizes.map { measure("talk \($0.width)x\($0.height)", $0, calls: 0, view: "1", rounds) }
        let calls = sizes.map { measure("200 calls \($0.width)x\($0.height)", $0, calls: 200, view: "3", rounds) }
        return talk + calls
    }

    private static func measure(_ name: String, _ size: Size, calls: Int, view: Character, _ rounds: Int) -> Row {
        var model = ConsoleModel(size: size, now: .now(), wall: .now())
        _ = model.update(.records(BenchScene.records(calls: calls), dropped: 0))
        _ = model.update(.input(.key(KeyPress(KeyChord(view)))))
        var times: [Int] = []
        times.reserveCapacity(rounds)
        for round in 0..<max(2, rounds) {
            // The clock and the meters move: what a live screen draws twenty times a second.
            _ = model.update(.tick(now: .now(), wall: .now(), meters: BenchScene.meters(calls: calls, round: round)))
            let start = MonotonicTime.now()
            let picture = model.picture()
            times.append(Int((MonotonicTime.now() - start).wholeNanoseconds))
            if picture.size != size { return Row(name: name, medianNanoseconds: 0, p99Nanoseconds: 0) }
        }
        times.sort()
        return Row(name: name, medianNanoseconds: times[times.count / 2], p99Nanoseconds: times[times.count * 99 / 100])
    }
}
