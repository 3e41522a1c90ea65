import Core
import Terminal

extension ConsoleModel {
    /// What the keys of a replay do.
    mutating func runReplay(_ id: ActionID, _ argument: String) -> [ConsoleEffect] {
        guard let status = replay?.status else { return [] }
        switch id {
        case .playPause: return [.replay(.togglePause)]
        case .skipBack: return [.replay(.skip(.seconds(-5)))]
        case .skipForward: return [.replay(.skip(.seconds(5)))]
        case .previousTurn: return [.replay(.previousTurn)]
        case .nextTurn: return [.replay(.nextTurn)]
        case .frameBack: return frame(-20)
        case .frameForward: return frame(20)
        case .slower: return speed(Self.speeds.last { $0 < status.speed - 0.001 } ?? Self.speeds[0])
        case .faster:
            return speed(Self.speeds.first { $0 > status.speed + 0.001 } ?? Self.speeds[Self.speeds.count - 1])
        case .replaySpeed: return speed(argument)
        case .nextTrouble: return jump(.trouble, .nextTrouble, "there is no error behind this place")
        case .nextBargeIn: return jump(.bargeIn, .nextBargeIn, "there is no barge-in behind this place")
        case .replayStart: return [.replay(.seek(.zero))]
        case .replayEnd: return [.replay(.seek(status.length))]
        case .seek: return seek(argument, status)
        case .loopTurn: return [.replay(.setLoop(Self.flag(argument) ?? (status.loop == nil)))]
        case .replayChannel: return channel(argument, status)
        case .replayLouder: return [.replay(.setVolume(status.volume + 0.1))]
        case .replayQuieter: return [.replay(.setVolume(status.volume - 0.1))]
        case .closeReplay:
            if replay?.hasList == false {
                say("there is no list to go back to; q leaves", .warning)
                return []
            }
            closeReplay()
            return [.closeReplay] + askSessions()
        default: return []
        }
    }

    /// Speeds of the keys.
    static let speeds = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4]

    /// A frame on or back, which only makes sense at a standstill.
    private func frame(_ ms: Int) -> [ConsoleEffect] {
        [.replay(.setPaused(true)), .replay(.skip(.milliseconds(ms)))]
    }

    private mutating func speed(_ speed: Double) -> [ConsoleEffect] {
        say("speed x\(Format.speed(speed)), pitch kept")
        return [.replay(.setSpeed(speed))]
    }

    private mutating func speed(_ argument: String) -> [ConsoleEffect] {
        guard let wanted = Double(argument), wanted >= 0.25, wanted <= 4 else {
            say("speed takes a factor from 0.25 to 4, not \(argument)", .warning)
            return []
        }
        return speed(wanted)
    }

    private mutating func jump(_ kind: ReplayMark.Kind, _ control: ReplayControl, _ words: String) -> [ConsoleEffect] {
        guard let replay,
            let mark = replay.overview.marks.first(where: { $0.kind == kind && $0.time > replay.status.time })
        else {
            say(words, .warning)
            return []
        }
        say("\(Format.place(mark.time))  \(mark.text)")
        return [.replay(control)]
    }

    private mutating func seek(_ argument: String, _ status: ReplayStatus) -> [ConsoleEffect] {
        if argument.hasPrefix("t"), let number = Int(argument.dropFirst()) {
            guard replay?.overview.marks.contains(where: { $0.number == number }) == true else {
                say("there is no turn \(number)", .warning)
                return []
            }
            return [.replay(.turn(number))]
        }
        guard let place = ReplayPlace.read(argument) else {
            say("seek takes 83, 1:23, 1:02:03.5, +10, -10 or t6 for turn 6, not \(argument)", .warning)
            return []
        }
        switch place {
        case .at(let time):
            if time > status.length { say("it ends at \(Format.place(status.length))") }
            return [.replay(.seek(time))]
        case .by(let time): return [.replay(.skip(time))]
        }
    }

    private mutating func channel(_ argument: String, _ status: ReplayStatus) -> [ConsoleEffect] {
        let all = ReplayChannel.allCases
        let next = all[((all.firstIndex(of: status.channel) ?? 0) + 1) % all.count]
        guard let wanted = argument.isEmpty ? next : ReplayChannel(rawValue: argument) else {
            say("channel takes user, agent or both, not \(argument)", .warning)
            return []
        }
        say(wanted == .both ? "both sides are heard" : "only the \(wanted.rawValue) is heard")
        return [.replay(.setChannel(wanted))]
    }
}

/// A place as it is typed.
public enum ReplayPlace: Sendable, Equatable {
    case at(Duration)
    /// Relative.
    case by(Duration)

    /// `83`, `1:23`, `1:02:03.5`, `+10`, `-0:10`; nil for anything else. At most 999 hours.
    public static func read(_ text: String) -> ReplayPlace? {
        let sign: Int64? = text.hasPrefix("+") ? 1 : text.hasPrefix("-") ? -1 : nil
        let parts = text.dropFirst(sign == nil ? 0 : 1).split(separator: ":", omittingEmptySubsequences: false)
        guard (1...3).contains(parts.count) else { return nil }
        var milliseconds: Int64 = 0
        for (index, part) in parts.enumerated() {
            let isLast = index == parts.count - 1
            let halves = part.split(separator: ".", omittingEmptySubsequences: false)
            guard halves.count == 1 || halves.count == 2 && isLast, let whole = number(halves[0]), whole < 1_000_000
            else { return nil }
            if index > 0, whole >= 60 { return nil }
            milliseconds = milliseconds * 60 + whole * 1000
            if halves.count == 2 {
                let digits = halves[1].prefix(3)
                guard let rest = number(halves[1].prefix(9)), rest >= 0, let first = number(digits) else { return nil }
                milliseconds += first * [100, 10, 1][digits.count - 1]
            }
        }
        guard milliseconds <= 3_600_000 * 999 else { return nil }
        let time = Duration.milliseconds(milliseconds)
        return sign.map { .by(time * Int($0)) } ?? .at(time)
    }

    private static func number(_ text: Substring) -> Int64? {
        text.isEmpty || !text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? nil : Int64(text)
    }
}
