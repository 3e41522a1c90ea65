import Core

extension ConsoleModel {
    /// Takes what a comparison tells.
    mutating func take(_ news: [CompareNews]) {
        for item in news {
            switch item {
            case .changed(let snapshot): compare.take(snapshot)
            case .said(let text): say(text)
            case .failed(let text): say(text, .warning)
            case .playing(let column): compare.playing = column
            }
        }
    }

    mutating func runCompare(_ id: ActionID, _ argument: String) -> [ConsoleEffect] {
        switch id {
        case .compareTurn, .saveFixture: return beginCompare(id, argument)
        case .compareAdd: return addToComparison(argument)
        case .compareAgain: return [.compare(.again(runs: compare.runs))]
        case .compareStop: return [.compare(.stopPlaying), .compare(.cancel)]
        case .comparePlay:
            return compare.playing == compare.selected
                ? [.compare(.stopPlaying)] : [.compare(.play(column: compare.selected))]
        case .compareLeft: compare.selected = max(0, compare.selected - 1)
        case .compareRight:
            compare.selected = min(max(0, (compare.snapshot?.columns.count ?? 1) - 1), compare.selected + 1)
        case .compareDiff:
            let count = compare.snapshot?.differences.count ?? 0
            if count > 0 { compare.difference = (compare.difference + 1) % count }
        case .compareMore: setRuns(compare.runs + 1)
        case .compareFewer: setRuns(compare.runs - 1)
        case .compareBudget:
            return [.compare(.budgets(argument.split(separator: " ").map(String.init)))]
        case .compareCSV: return [.compare(.exportCSV)]
        case .compareJSON: return [.compare(.exportJSON)]
        case .blind: beginBlind()
        case .blindPlay, .blindFirst, .blindSecond, .blindThird, .blindReveal, .blindEnd: return runBlind(id)
        default: break
        }
        return []
    }

    private mutating func setRuns(_ count: Int) {
        compare.runs = min(CompareState.mostRuns, max(1, count))
        say("\(compare.runs) run\(compare.runs == 1 ? "" : "s") with each provider from now on")
    }

    private mutating func beginCompare(_ id: ActionID, _ argument: String) -> [ConsoleEffect] {
        guard let folder = shownFolder else { return [] }
        var turn = chosenTurn
        if !argument.isEmpty {
            guard let number = Int(argument), number > 0 else {
                say("\(id.rawValue) takes the number of a turn, not \(argument)", .warning)
                return []
            }
            turn = number
        }
        if id == .saveFixture { return [.compare(.saveFixture(session: folder, turn: turn))] }
        view = .compare
        compare.blind = nil
        return [.compare(.open(session: folder, turn: turn))]
    }

    /// The folder that the shown session is recorded to.
    var shownFolder: String? {
        guard let name = shown?.recording?.folder, let base = book.system.sessionsFolder else { return nil }
        return base + "/" + name
    }

    private mutating func addToComparison(_ argument: String) -> [ConsoleEffect] {
        if !argument.isEmpty { return [.compare(.add(provider: argument, runs: compare.runs))] }
        let taken = Set(compare.snapshot?.columns.filter { !$0.isRecorded }.map(\.name) ?? [])
        let items = book.system.providers.filter { !taken.contains($0) }
        guard !items.isEmpty else {
            say("every provider is in the table", .warning)
            return []
        }
        overlay = .picker(PickerState(kind: .compared, items: items, selection: 0))
        return []
    }

    /// Runs a provider of the list, or says why not.
    mutating func choose(compared name: String) -> [ConsoleEffect] {
        if let obstacle = book.system.health(of: name)?.obstacle {
            say("\(name) cannot be used: \(obstacle)", .warning)
            return []
        }
        return [.compare(.add(provider: name, runs: compare.runs))]
    }

    // MARK: - Blind listening

    private mutating func beginBlind() {
        guard let snapshot = compare.snapshot else { return }
        compare.blind = BlindListening(snapshot, seed: UInt64(bitPattern: wall.nanoseconds))
        if compare.blind == nil { say("blind listening needs two answers that can be heard", .warning) }
    }

    private mutating func runBlind(_ id: ActionID) -> [ConsoleEffect] {
        guard var blind = compare.blind else { return [] }
        defer { if compare.blind != nil { compare.blind = blind } }
        switch id {
        case .blindPlay: return [.compare(.play(column: blind.advance()))]
        case .blindReveal:
            blind.reveal()
            return [.compare(.stopPlaying)]
        case .blindEnd:
            compare.blind = nil
            return [.compare(.stopPlaying)]
        default:
            let number = id == .blindFirst ? 0 : id == .blindSecond ? 1 : 2
            guard let column = blind.vote(number) else {
                say(blind.isRevealed ? "the names are known: escape ends, b begins anew" : "there is no such answer")
                return []
            }
            say("vote \(blind.total) taken; a new order, round \(blind.round)")
            return [
                .compare(.stopPlaying),
                .compare(.vote(column: column, votes: blind.votes[column] ?? 0, of: blind.total)),
            ]
        }
    }

    /// Why something of a comparison cannot be done now.
    func compareAvailability(_ id: ActionID) -> Availability {
        guard compare.isPossible else { return .disabled("this console cannot compare: use it where the engine runs") }
        switch id {
        case .compareTurn, .saveFixture:
            guard shown != nil else { return .disabled("there is no conversation") }
            return shownFolder == nil ? .disabled("it was not recorded, so its audio is gone; R records") : .enabled
        case .blindPlay, .blindFirst, .blindSecond, .blindThird, .blindReveal, .blindEnd:
            return compare.blind == nil ? .disabled("b begins blind listening") : .enabled
        default: break
        }
        guard let snapshot = compare.snapshot else { return .disabled("choose an utterance first: C in Talk") }
        switch id {
        case .compareAgain:
            if snapshot.isRunning { return .disabled("it is running") }
            return snapshot.columns.contains { !$0.isRecorded } ? .enabled : .disabled("add a provider first")
        case .compareStop:
            return snapshot.isRunning || compare.playing != nil ? .enabled : .disabled("nothing runs or plays")
        case .comparePlay: return compare.column?.canPlay == true ? .enabled : .disabled("it has no audio")
        case .compareDiff: return snapshot.differences.isEmpty ? .disabled("nothing to compare yet") : .enabled
        case .blind:
            return snapshot.columns.count { $0.canPlay } < 2 ? .disabled("two answers are needed") : .enabled
        default: return .enabled
        }
    }
}
