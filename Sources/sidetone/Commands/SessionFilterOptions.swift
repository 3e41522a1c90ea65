import ArgumentParser
import Core
import Recording

/// Which sessions are wanted: the same options for every command that looks through them.
struct SessionFilterOptions: ParsableArguments {
    @Option(
        name: .long, help: ArgumentHelp("Only those that this provider served, at least in part.", valueName: "name"))
    var provider: String?

    @Option(name: .long, help: ArgumentHelp("Only those of this agent.", valueName: "name"))
    var agent: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Only those that ended so: \(SessionOutcome.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "outcome"))
    var outcome: String?

    @Option(
        name: .customLong("slower-than"),
        help: ArgumentHelp("Only those whose 95th percentile of end-to-end latency is above.", valueName: "ms"))
    var slowerThan: Double?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Only those begun since: 2026-11-20, 2026-11-20T14:03 (UTC), or 30d, 12h ago.", valueName: "when"))
    var since: String?

    @Option(name: .long, help: ArgumentHelp("Only those begun before; a day counts as a whole.", valueName: "when"))
    var until: String?

    func validate() throws {
        if let outcome, SessionOutcome(rawValue: outcome) == nil {
            let names = SessionOutcome.allCases.map(\.rawValue)
            let near = Spelling.nearest(to: outcome, among: names).map { "Did you mean \($0)? " } ?? ""
            throw ValidationError("--outcome \(outcome): \(near)Choose from \(names.joined(separator: ", ")).")
        }
        if let slowerThan, !(slowerThan >= 0 && slowerThan.isFinite) {
            throw ValidationError("--slower-than \(slowerThan): give milliseconds, 0 or more.")
        }
        for (name, text) in [("--since", since), ("--until", until)] {
            if let text, TimeText.moment(text, now: .now()) == nil {
                throw ValidationError(
                    "\(name) \(text): give a day as 2026-11-20, a time as 2026-11-20T14:03, or 30d, 12h.")
            }
        }
    }

    /// What was asked for.
    var filter: SessionFilter {
        var filter = SessionFilter()
        let now = WallTime.now()
        filter.provider = provider
        filter.agent = agent
        filter.outcome = outcome.flatMap(SessionOutcome.init)
        filter.slowerThanMs = slowerThan
        filter.since = since.flatMap { TimeText.moment($0, now: now) }
        filter.until = until.flatMap { text in
            let day: Int64 = TimeText.isDay(text) ? 86_400_000_000_000 : 0
            return TimeText.moment(text, now: now).map { WallTime(nanoseconds: $0.nanoseconds + day) }
        }
        return filter
    }
}

extension SessionIndex {
    /// The index of a folder, brought up to date; what is worth telling goes to standard error.
    static func current(in folder: String) throws -> SessionIndex {
        try reportingDisk {
            let index = try SessionIndex(folder: folder)
            var told = MonotonicTime.now()
            try index.update { done, all in
                // Only when it takes long: the first time over many sessions.
                guard MonotonicTime.now() - told > .seconds(2) else { return }
                told = .now()
                Output.error("sidetone: indexing, \(done) of \(all) sessions")
            }
            index.tellRemarks()
            return index
        }
    }

    /// Remarks on standard error, each once.
    func tellRemarks() { for remark in takeRemarks() { Output.error("sidetone: \(Columns.safe(remark))") } }
}
