import Core

/// Figures of a comparison in words: `–` for what was not measured. Pure.
public enum CompareWords {
    /// Milliseconds as seconds.
    public static func seconds(_ ms: Double?) -> String { number(ms.map { $0 / 1000 }, 2) }

    public static func dollars(_ amount: Double?) -> String { amount.map { "$" + number($0, 4) } ?? "–" }

    /// A share as `14%`.
    public static func percent(_ share: Double?) -> String { share.map { number($0 * 100, 0) + "%" } ?? "–" }

    public static func number(_ value: Double?, _ places: Int) -> String {
        guard let value, value.isFinite, abs(value) < 1e12 else { return "–" }
        let text = ExportNumber.fixed(value, places)
        return text.isEmpty ? "–" : text
    }

    /// A figure in the unit of budgets.
    static func amount(_ value: Double, _ figure: Budget.Figure) -> String {
        switch figure {
        case .e2e, .heardE2e, .audio, .connect: number(value, 2)
        case .wer: percent(value)
        case .cost: dollars(value)
        case .tokens, .tools, .outcome: number(value, 0)
        }
    }

    /// The calls of a turn: `get_time equal`, `book differs`; `–` when there were none and none were expected.
    public static func tools(_ turn: CompareTurn) -> String {
        turn.calls.isEmpty ? "–" : turn.calls.map { "\($0.name) \($0.verdict.rawValue)" }.joined(separator: ", ")
    }

    /// Of turns, how many had the calls expected; `–` when no call was expected or made.
    static func tools(_ turns: [CompareTurn]) -> String {
        let calling = turns.filter { !$0.calls.isEmpty }
        guard !calling.isEmpty else { return "–" }
        return "\(calling.count { $0.toolsAreSame })/\(calling.count) same"
    }
}
