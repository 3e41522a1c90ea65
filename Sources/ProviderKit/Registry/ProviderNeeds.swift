import Core

/// What somebody needs of a provider: what it must have, and what it had better have.
public struct ProviderNeeds: Sendable, Equatable {
    /// One thing that can be asked for.
    public enum Criterion: Sendable, Equatable, Hashable {
        /// Speech in, speech out, without stations between.
        case realtime
        /// More than audio and text.
        case multimodal
        case functionCalling
        case cost
        case latency
        /// BCP 47, or its first part.
        case language(String)
        case offline

        /// As it is written: `function_calling`, `language=de`.
        public var label: String {
            switch self {
            case .realtime: "realtime"
            case .multimodal: "multimodal"
            case .functionCalling: "function_calling"
            case .cost: "cost"
            case .latency: "latency"
            case .language(let tag): "language=\(tag)"
            case .offline: "offline"
            }
        }
    }

    /// Names that may be written.
    public static let names = [
        "realtime", "multimodal", "function_calling", "cost", "latency", "language=TAG", "offline",
    ]

    /// Without one of these a provider is out.
    public var required: [Criterion]
    /// Each gives 0 to 5 points.
    public var wished: [Criterion]

    /// Needs.
    public init(required: [Criterion] = [], wished: [Criterion] = []) {
        self.required = required
        self.wished = wished
    }

    /// Reads a comma-separated list: `function_calling,language=de`. Throws with the nearest name.
    public static func parse(_ text: String, place: String) throws(ConfigurationError) -> [Criterion] {
        var result: [Criterion] = []
        for word in text.split(separator: ",") {
            let word = word.filter { $0 != " " }
            guard let criterion = Criterion(word) else {
                let near = Spelling.nearest(to: word, among: names).map { "did you mean \($0)?" }
                throw ConfigurationError(
                    place: place, cause: "\"\(word)\" cannot be asked for",
                    fix: near ?? "use \(names.joined(separator: ", "))")
            }
            result.append(criterion)
        }
        return result
    }
}

extension ProviderNeeds.Criterion {
    fileprivate init?(_ word: String) {
        switch word {
        case "realtime": self = .realtime
        case "multimodal": self = .multimodal
        case "function_calling": self = .functionCalling
        case "cost": self = .cost
        case "latency": self = .latency
        case "offline": self = .offline
        default:
            guard word.hasPrefix("language="), word.utf8.count > 9 else { return nil }
            self = .language(String(word.dropFirst(9)))
        }
    }
}
